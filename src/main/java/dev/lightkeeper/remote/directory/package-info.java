/** A remote that is a directory, such as a mounted disk. */
@NullMarked
package dev.lightkeeper.remote.directory;

import org.jspecify.annotations.NullMarked;

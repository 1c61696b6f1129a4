/** A remote behind SSH's file transfer protocol. */
@NullMarked
package dev.lightkeeper.remote.sftp;

import org.jspecify.annotations.NullMarked;

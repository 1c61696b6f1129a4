/** How archives get to a remote and back: in parts, over several connections, continued. */
@NullMarked
package dev.lightkeeper.remote.transfer;

import org.jspecify.annotations.NullMarked;

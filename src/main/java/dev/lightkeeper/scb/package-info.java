/** What a channel backup holds: both formats opened with the node's backup key, and read. */
@NullMarked
package dev.lightkeeper.scb;

import org.jspecify.annotations.NullMarked;

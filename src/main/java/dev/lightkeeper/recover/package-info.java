/** Recovering channels from a channel backup, through a node's own commands. */
@NullMarked
package dev.lightkeeper.recover;

import org.jspecify.annotations.NullMarked;

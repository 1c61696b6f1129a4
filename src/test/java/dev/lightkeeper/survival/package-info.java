/** Watcher, streaming and a real SSH server together, on real files, while everything breaks. */
@NullMarked
package dev.lightkeeper.survival;

import org.jspecify.annotations.NullMarked;

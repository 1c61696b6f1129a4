/** The nightly run: dump, read, quiesce, read again, resume, seal, verify, ship, prune. */
@NullMarked
package dev.lightkeeper.backup;

import org.jspecify.annotations.NullMarked;

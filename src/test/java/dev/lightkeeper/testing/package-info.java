/** Stand-ins for Lightning nodes: they write on real files exactly as the real ones do. */
@NullMarked
package dev.lightkeeper.testing;

import org.jspecify.annotations.NullMarked;

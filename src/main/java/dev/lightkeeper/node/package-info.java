/** What a Lightning node keeps on disk, and one look at it. Knows no other package. */
@NullMarked
package dev.lightkeeper.node;

import org.jspecify.annotations.NullMarked;

/** Observations are spooled, published on each remote, acknowledged and superseded. */
@NullMarked
package dev.lightkeeper.stream;

import org.jspecify.annotations.NullMarked;

/** Real servers and networks for tests, small enough to start for each. */
@NullMarked
package dev.lightkeeper.testing;

import org.jspecify.annotations.NullMarked;

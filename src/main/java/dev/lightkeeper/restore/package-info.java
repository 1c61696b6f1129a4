/** A server back from its archive: staged, checked, swapped in; channel state never comes along. */
@NullMarked
package dev.lightkeeper.restore;

import org.jspecify.annotations.NullMarked;

/** Where archives are kept, for how long, and which still have to go where. */
@NullMarked
package dev.lightkeeper.shelf;

import org.jspecify.annotations.NullMarked;

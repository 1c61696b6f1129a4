/** Moving a node to another host: the offer, its one claim, and the guard on the source. */
@NullMarked
package dev.lightkeeper.handoff;

import org.jspecify.annotations.NullMarked;

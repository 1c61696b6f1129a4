/** Alerts on their way to people: what is told, to whom, how often, and until it has arrived. */
@NullMarked
package dev.lightkeeper.alert;

import org.jspecify.annotations.NullMarked;

/** One class a command, and the wiring. */
@NullMarked
package dev.lightkeeper.cli;

import org.jspecify.annotations.NullMarked;

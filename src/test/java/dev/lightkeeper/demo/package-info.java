/** What {@code ./try} runs: the main job, end to end, on this machine alone. */
@NullMarked
package dev.lightkeeper.demo;

import org.jspecify.annotations.NullMarked;

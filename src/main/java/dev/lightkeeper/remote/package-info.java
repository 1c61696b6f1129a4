/** The contract of a place that keeps versions. */
@NullMarked
package dev.lightkeeper.remote;

import org.jspecify.annotations.NullMarked;

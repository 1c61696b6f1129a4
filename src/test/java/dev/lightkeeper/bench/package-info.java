/** Benchmarks: the figures this program promises, measured beside what people use today. */
@NullMarked
package dev.lightkeeper.bench;

import org.jspecify.annotations.NullMarked;

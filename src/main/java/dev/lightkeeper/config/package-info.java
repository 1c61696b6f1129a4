/** Records read from lightkeeper.toml. Knows no other package. */
@NullMarked
package dev.lightkeeper.config;

import org.jspecify.annotations.NullMarked;

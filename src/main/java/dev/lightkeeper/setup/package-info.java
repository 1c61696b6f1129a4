/** What a first installation needs: a key, a pinned host key, a configuration, an account. */
@NullMarked
package dev.lightkeeper.setup;

import org.jspecify.annotations.NullMarked;

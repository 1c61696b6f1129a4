/** LND and btcd, built from their modules, and what Lightkeeper promises about them. */
@NullMarked
package dev.lightkeeper.realnodes;

import org.jspecify.annotations.NullMarked;

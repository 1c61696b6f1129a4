/** The format of {@code backup.tar.gz[.gpg]}: drafting, sealing, reading and verifying it. */
@NullMarked
package dev.lightkeeper.archive;

import org.jspecify.annotations.NullMarked;

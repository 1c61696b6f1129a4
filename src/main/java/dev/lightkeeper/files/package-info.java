/** What every package does with files of ours: write them durably, remove folders whole. */
@NullMarked
package dev.lightkeeper.files;

import org.jspecify.annotations.NullMarked;

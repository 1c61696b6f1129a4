/** File system events and polls become observations of channel backups. */
@NullMarked
package dev.lightkeeper.watch;

import org.jspecify.annotations.NullMarked;

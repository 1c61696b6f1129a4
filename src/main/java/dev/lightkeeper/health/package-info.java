/** What the daemon says of itself: alerts, the status report, systemd's notification socket. */
@NullMarked
package dev.lightkeeper.health;

import org.jspecify.annotations.NullMarked;

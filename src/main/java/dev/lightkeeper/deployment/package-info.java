/** The BTCPay Server stack on this host, through the Docker Engine. */
@NullMarked
package dev.lightkeeper.deployment;

import org.jspecify.annotations.NullMarked;

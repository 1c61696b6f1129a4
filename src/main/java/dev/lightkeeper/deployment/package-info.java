/** The BTCPay Server stack on this host. Knows no other package. */
@NullMarked
package dev.lightkeeper.deployment;

import org.jspecify.annotations.NullMarked;

/** The status page, the metrics and the health check, over HTTP. */
@NullMarked
package dev.lightkeeper.page;

import org.jspecify.annotations.NullMarked;

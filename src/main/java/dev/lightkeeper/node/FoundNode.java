package dev.lightkeeper.node;

import org.jspecify.annotations.Nullable;

/**
 * A node that was found on this host.
 *
 * @param note what a person should know about it, if anything
 */
public record FoundNode(Node node, @Nullable String note) {}

package dev.lightkeeper.cli;

import dev.lightkeeper.scb.Opening;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documented shape of {@code channels --json}.
 *
 * @param count null if the file is of a version in which nobody here can count
 * @param note what could not be read; null if all was
 */
record ChannelListing(
    String node,
    @Nullable String remote,
    @Nullable Long sequence,
    @Nullable Instant observedAt,
    @Nullable String sha256,
    @Nullable Integer count,
    List<Channel> channels,
    @Nullable String note,
    int exitCode) {
  record Channel(
      String outpoint,
      @Nullable String shortChannelId,
      String peer,
      long capacity,
      List<String> addresses,
      String type) {}

  static ChannelListing of(
      String node, Candidates.@Nullable Found found, Opening.Opened opened, ExitCode code) {
    List<Channel> channels =
        opened.channels().stream()
            .map(
                c ->
                    new Channel(
                        c.outpoint(),
                        c.shortChannelId(),
                        c.peer(),
                        c.capacity(),
                        c.addresses(),
                        c.type()))
            .toList();
    return new ChannelListing(
        node,
        found == null ? null : found.remote(),
        found == null ? null : found.version().sequence(),
        found == null ? null : found.version().observedAt(),
        found == null ? null : found.version().hash().hex(),
        opened.count(),
        channels,
        opened.note(),
        code.value());
  }
}

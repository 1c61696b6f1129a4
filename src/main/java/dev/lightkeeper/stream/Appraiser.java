package dev.lightkeeper.stream;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.scb.Opening;
import java.time.Duration;
import java.time.Instant;

/**
 * Decides what a version is worth: good, without channels, or suspect; and which channels are in it
 * no longer. Only a good one ever becomes the convenience copy where there is a better one.
 */
final class Appraiser {
  /** A closed channel is no loss, and nobody wants to be told for ever. */
  private static final Duration TOLD_FOR = Duration.ofDays(1);

  private final Outbox outbox;

  Appraiser(Outbox outbox) {
    this.outbox = outbox;
  }

  /** {@code kept} is the newest version. */
  void appraise(NodeState node, Kept kept, Opening opening, Instant now) {
    NodeName name = node.node.name();
    switch (opening) {
      case Opening.NotTried _ -> {
        node.channels = null;
        outbox.clear(Alert.Kind.NOT_OPENING, name, null);
        bySize(node, kept);
      }
      case Opening.NotOpened n -> {
        node.channels = null;
        outbox.raise(Alert.Kind.NOT_OPENING, name, null, suspect(node, kept, n.why()));
        if (node.holdsNoChannel(kept.size())) {
          bySize(node, kept);
        }
      }
      case Opening.Opened o -> {
        Integer count = o.count();
        node.channels = count;
        outbox.clear(Alert.Kind.NOT_OPENING, name, null);
        if (count == null) {
          bySize(node, kept);
        } else if (count == 0) {
          withoutChannels(node, kept);
        } else {
          Inventory before = node.inventory;
          long last =
              node.good == null ? kept.version().sequence() : node.good.version().sequence();
          node.inventory = before == null ? Inventory.of(o) : before.next(o, last, now);
          good(node, kept);
        }
      }
    }
    tend(node, now);
  }

  private void bySize(NodeState node, Kept kept) {
    if (node.holdsNoChannel(kept.size())) {
      withoutChannels(node, kept);
    } else {
      good(node, kept);
    }
  }

  private void good(NodeState node, Kept kept) {
    node.good = kept;
    outbox.clear(Alert.Kind.EMPTIED, node.node.name(), null);
  }

  private void withoutChannels(NodeState node, Kept kept) {
    Kept good = node.good;
    if (good != null) {
      emptied(
          node, kept, "the last that may hold channels is version " + good.version().sequence());
    }
  }

  /** A channel backup that holds no channel came after one that may hold some. */
  void emptied(NodeState node, Kept kept, String good) {
    Inventory inventory = node.inventory;
    outbox.raise(
        Alert.Kind.EMPTIED,
        node.node.name(),
        null,
        "%s: the channel backup now has %d bytes and holds no channel; %s%s. It is streamed as a version and replaces nothing; if channels are missing, stop the node and look"
            .formatted(
                node.node.name(),
                kept.size(),
                good,
                inventory == null ? "" : ", which held " + Inventory.names(inventory.channels())));
  }

  private static String suspect(NodeState node, Kept kept, String why) {
    Kept good = node.good;
    String next =
        node.inventory == null || good == null
            ? "The key may be another node's: 'lightkeeper key %s --force' gets the right one"
                .formatted(node.node.name())
            : "Version %d did open: the file is damaged, or it is another node's now; look at %s before the node starts again"
                .formatted(good.version().sequence(), node.node.file());
    return "%s: version %d is suspect: %s. It is streamed and replaces nothing. %s"
        .formatted(node.node.name(), kept.version().sequence(), why, next);
  }

  /** Tells of a fork and of missing channels, for a while. */
  void tend(NodeState node, Instant now) {
    tellFork(node, now);
    Inventory inventory = node.inventory;
    Instant since = inventory == null ? null : inventory.missingSince();
    if (inventory == null || since == null) {
      outbox.clear(Alert.Kind.CHANNELS_LOST, node.node.name(), null);
    } else if (now.isAfter(since.plus(TOLD_FOR))) {
      node.inventory = inventory.settled();
      node.dirty = true;
      outbox.clear(Alert.Kind.CHANNELS_LOST, node.node.name(), null);
    } else {
      outbox.raise(
          Alert.Kind.CHANNELS_LOST,
          node.node.name(),
          null,
          "%s: in its channel backup no longer: %s. If you or the peer closed them this is right, and the notice ends in a day; if not, stop the node and look at that version: lightkeeper channels %s --version N"
              .formatted(node.node.name(), Inventory.names(inventory.missing()), node.node.name()));
    }
  }

  private void tellFork(NodeState node, Instant now) {
    NodeName name = node.node.name();
    Inventory inventory = node.inventory;
    Inventory.Fork fork = inventory == null ? null : inventory.fork();
    if (inventory == null || fork == null) {
      outbox.clear(Alert.Kind.ANOTHER_NODE, name, null);
    } else if (now.isAfter(fork.at().plus(TOLD_FOR))) {
      node.inventory = inventory.joined();
      node.dirty = true;
      outbox.clear(Alert.Kind.ANOTHER_NODE, name, null);
    } else {
      outbox.raise(
          Alert.Kind.ANOTHER_NODE,
          name,
          null,
          "%1$s: the channel backup is another node's now, by its key. Its versions are a series of their own; that of the node before ends with version %2$d, which held %3$s. If those channels are still needed: lightkeeper fetch %1$s --version %2$d. Better give the new node a name of its own in the configuration"
              .formatted(name, fork.last(), fork.held()));
    }
  }
}

package dev.lightkeeper.health;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something a person must know, until it is over.
 *
 * @param kind what it is
 * @param node the node it is about, if any
 * @param remote the remote it is about, if any
 * @param message what happened, to which thing, and what to do next
 */
public record Alert(Kind kind, @Nullable String node, @Nullable String remote, String message) {
  /** All that can be alerted, most urgent first. */
  public enum Kind {
    /** Two live copies of one node lose funds. */
    ANOTHER_WRITER("another-writer"),
    /** A node that was handed off was started here, or runs elsewhere. */
    HANDOFF("handoff"),
    /** Somebody else answers under the remote's address. */
    HOST_KEY("host-key"),
    /** The node's file shrank to its empty size. */
    EMPTIED("emptied"),
    /** The node's file does not open with the node's key. */
    NOT_OPENING("not-opening"),
    /** The node's file vanished. */
    VANISHED("vanished"),
    /** The node's file cannot be read. */
    UNREADABLE("unreadable"),
    /** The remote lost what it had acknowledged. */
    REMOTE_LOST("remote-lost"),
    /** A version read back from the remote is not what was sent. */
    TORN("torn"),
    /** The remote does not take versions. */
    REMOTE_FAILING("remote-failing"),
    /** The spool cannot be written. */
    SPOOL("spool"),
    /** A backup that died left services down, and they could not be started. */
    SERVICES_DOWN("services-down"),
    /** An archive is on this host and not yet on a remote. */
    ARCHIVE_NOT_SHIPPED("archive-not-shipped"),
    /** Channels that an earlier version held are in the newest no longer: a notice, for a day. */
    CHANNELS_LOST("channels-lost"),
    /** The system clock went back. */
    CLOCK("clock");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    /** The word used in JSON and in the journal. */
    public String id() {
      return id;
    }
  }

  /** What distinguishes one alert from another: the same key is the same alert, still going on. */
  public record Key(Kind kind, Optional<String> node, Optional<String> remote) {}

  /** This alert's identity. */
  public Key key() {
    return new Key(kind, Optional.ofNullable(node), Optional.ofNullable(remote));
  }
}

package dev.lightkeeper.health;

import java.util.Optional;
import java.util.stream.Stream;
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
  /** All that can be alerted and how urgent each is, most urgent first. */
  public enum Kind {
    /** Two live copies of one node lose funds. */
    ANOTHER_WRITER("another-writer", Urgency.CRITICAL),
    /** A node that was handed off was started here, or runs elsewhere: the guard acted. */
    HANDOFF("handoff", Urgency.CRITICAL),
    /** Somebody else answers under the remote's address. */
    HOST_KEY("host-key", Urgency.CRITICAL),
    /** The node's file shrank to its empty size. */
    EMPTIED("emptied", Urgency.CRITICAL),
    /** The node's file does not open with the node's key. */
    NOT_OPENING("not-opening", Urgency.CRITICAL),
    /** Another node's file is where this one's was: its versions are another series. */
    ANOTHER_NODE("another-node", Urgency.CRITICAL),
    /** The node's file vanished. */
    VANISHED("vanished", Urgency.CRITICAL),
    /** The node's file cannot be read. */
    UNREADABLE("unreadable", Urgency.CRITICAL),
    /** A backup that died left services down, and they could not be started. */
    SERVICES_DOWN("services-down", Urgency.CRITICAL),
    /** An archive could not be restored in a drill. */
    DRILL_FAILED("drill-failed", Urgency.CRITICAL),
    /** The remote lost what it had acknowledged. */
    REMOTE_LOST("remote-lost", Urgency.WARNING),
    /** A version read back from the remote is not what was sent. */
    TORN("torn", Urgency.WARNING),
    /** The remote has lacked the newest version for longer than {@code watch.behind}. */
    REMOTE_BEHIND("remote-behind", Urgency.WARNING),
    /** The spool cannot be written. */
    SPOOL("spool", Urgency.WARNING),
    /** The last backup made no archive. */
    BACKUP_FAILED("backup-failed", Urgency.WARNING),
    /** Backups are configured, and the newest archive is too old. */
    BACKUP_OVERDUE("backup-overdue", Urgency.WARNING),
    /** An archive is on this host and not yet on a remote. */
    ARCHIVE_NOT_SHIPPED("archive-not-shipped", Urgency.WARNING),
    /** Alerts do not reach whom they are for. */
    ALERTS_UNDELIVERED("alerts-undelivered", Urgency.WARNING),
    /** The remote does not take versions, as yet: what lasts becomes REMOTE_BEHIND. */
    REMOTE_FAILING("remote-failing", Urgency.NOTICE),
    /** The last backup's archive is whole, but not all that follows was done. */
    BACKUP_INCOMPLETE("backup-incomplete", Urgency.NOTICE),
    /** The status page cannot listen where it should. */
    STATUS_PAGE("status-page", Urgency.NOTICE),
    /** Channels that an earlier version held are in the newest no longer: a notice, for a day. */
    CHANNELS_LOST("channels-lost", Urgency.NOTICE),
    /** The system clock went back. */
    CLOCK("clock", Urgency.NOTICE);

    private final String id;
    private final Urgency urgency;

    Kind(String id, Urgency urgency) {
      this.id = id;
      this.urgency = urgency;
    }

    /** The word used in JSON and in the journal. */
    public String id() {
      return id;
    }

    /** How urgent it is. */
    public Urgency urgency() {
      return urgency;
    }

    /** The kind whose {@link #id} is {@code id}; empty if another version's. */
    public static Optional<Kind> of(String id) {
      return Stream.of(values()).filter(k -> k.id.equals(id)).findFirst();
    }
  }

  /** What distinguishes one alert from another: the same key is the same alert, still going on. */
  public record Key(Kind kind, Optional<String> node, Optional<String> remote) {}

  /** This alert's identity. */
  public Key key() {
    return new Key(kind, Optional.ofNullable(node), Optional.ofNullable(remote));
  }
}

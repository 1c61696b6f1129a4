package dev.lightkeeper.node;

import java.time.Instant;

/** What one look at a node's file found. */
public sealed interface Observation {
  /** The node looked at. */
  NodeName node();

  /** When it was looked at. */
  Instant at();

  /** The file was read whole: no write happened between the first and the last byte. */
  record Captured(NodeName node, Instant at, ChannelBackup backup) implements Observation {}

  /**
   * There is no file.
   *
   * @param reason what is missing, for a person: the file, or which directory above it
   */
  record Absent(NodeName node, Instant at, String reason) implements Observation {}

  /**
   * The file may be there and cannot be read.
   *
   * @param reason what the operating system said, and what to do about it
   */
  record Unreadable(NodeName node, Instant at, String reason) implements Observation {}
}

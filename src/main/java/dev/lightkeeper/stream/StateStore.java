package dev.lightkeeper.stream;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Version;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The local, durable state: ledgers and the spool. Thread-safe. What a method wrote is durable when
 * it returns; a crash in the middle leaves the old content, or nothing.
 */
public interface StateStore {
  /** The ledger last saved for {@code node}; a fresh one if there is none or it is unreadable. */
  Ledger ledger(NodeName node);

  /**
   * Replaces a ledger.
   *
   * @throws IOException if it cannot be written; the old one is still there
   */
  void save(Ledger ledger) throws IOException;

  /** The spooled versions of {@code node}, oldest first; torn ones are left out. */
  List<Kept> spooled(NodeName node);

  /**
   * Keeps a version in the spool.
   *
   * @throws IOException if it cannot be written; nothing is left behind
   */
  void store(NodeName node, Version version, ChannelBackup backup) throws IOException;

  /** A spooled version's content; empty if it is not there or does not match its hash. */
  Optional<ChannelBackup> load(NodeName node, Version version);

  /** Forgets a spooled version; harmless if it is not there. */
  void discard(NodeName node, Version version);
}

package dev.lightkeeper.restore;

import java.io.IOException;

/** Is told how a restore goes, and decides whether it goes on. */
public interface RestoreWatcher {
  /** A step begins: a few words. Told from whatever thread it begins in. */
  void step(String what);

  /** Something a person should know: one sentence. */
  void note(String line);

  /** So much of the archive was read, and this is being read. */
  void at(long bytes, String current);

  /** Whether to do this first, which is about an earlier restore: whole sentences. */
  boolean agree(String what) throws IOException;

  /** Whether to go on with the plan; asked once everything is staged and checked. */
  boolean confirm(RestorePlan plan) throws IOException;
}

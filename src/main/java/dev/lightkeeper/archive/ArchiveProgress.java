package dev.lightkeeper.archive;

/** Is told how far a long step is. Called often, and by one thread at a time: return at once. */
@FunctionalInterface
public interface ArchiveProgress {
  /** Tells nobody. */
  ArchiveProgress NONE = (_, _) -> {};

  /**
   * So far.
   *
   * @param bytes content handled since the step began
   * @param current the entry that is being handled
   */
  void at(long bytes, EntryName current);
}

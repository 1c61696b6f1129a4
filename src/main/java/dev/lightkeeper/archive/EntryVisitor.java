package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.InputStream;

/** Is given the entries of an archive, in order. */
public interface EntryVisitor {
  /**
   * Told once, before the first entry.
   *
   * @param perhapsOurs whether the archive's gzip is marked as ours is; that of the scripts is not
   */
  default void begins(boolean perhapsOurs) {}

  /**
   * The next entry.
   *
   * @param content the entry's content; what is left unread is passed over
   * @throws IOException what cannot be done with it; ends the reading
   */
  void entry(ArchivedEntry entry, InputStream content) throws IOException, ArchiveException;
}

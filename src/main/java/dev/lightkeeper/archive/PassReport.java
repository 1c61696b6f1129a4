package dev.lightkeeper.archive;

import java.time.Duration;
import java.util.List;

/**
 * What one pass over the volumes found and did.
 *
 * @param entries what is in the draft now: files, directories, links and the like
 * @param bytes content of the files among them
 * @param filesRead files that were read, because they appeared or changed
 * @param bytesRead what was read of them
 * @param vanished entries that were in the draft before and are gone
 * @param unsettled files that moved while they were read or just before; the next pass reads them
 *     again
 * @param changedWhileRead in the last pass: files that changed while being read; what is archived
 *     of them may be of two moments
 * @param sockets sockets, which no archive holds
 */
public record PassReport(
    long entries,
    long bytes,
    long filesRead,
    long bytesRead,
    long vanished,
    long unsettled,
    List<EntryName> changedWhileRead,
    List<EntryName> sockets,
    Duration took) {
  /** The lists are copied. */
  public PassReport {
    changedWhileRead = List.copyOf(changedWhileRead);
    sockets = List.copyOf(sockets);
  }
}

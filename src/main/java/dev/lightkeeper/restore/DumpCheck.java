package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dump to its end: its gzip is whole, it says that it is complete, and it makes none of the
 * tables in which nodes keep channel state when their database is a server's.
 */
final class DumpCheck {
  private static final Pattern CHANNEL_TABLE =
      Pattern.compile(
          "create table"
              + " [\"`a-z0-9_.]*?(channeldb_kv|decayedlogdb_kv|towerclientdb_kv|amp_sub_invoices"
              + "|shachain_known|shachains|channel_htlcs|local_channels|local\\.channels|htlc_infos)\\b.*");

  private final DatabaseKind kind;
  private final Path file;
  private final FutureTask<@Nullable Void> reading = new FutureTask<>(this::run);
  private final Thread thread = Thread.ofVirtual().unstarted(reading);

  private DumpCheck(DatabaseKind kind, Path file) {
    this.kind = kind;
    this.file = file;
  }

  /** Begins to read {@code file}, beside whatever else goes on. */
  static DumpCheck start(DatabaseKind kind, Path file) {
    DumpCheck check = new DumpCheck(kind, file);
    check.thread.start();
    return check;
  }

  /**
   * Returns once it was read to its end.
   *
   * @throws RestoreException ARCHIVE if it is not whole, REFUSED if it holds channel state
   * @throws InterruptedIOException if this thread was interrupted
   */
  void await() throws IOException, RestoreException {
    try {
      reading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RestoreException known -> throw known;
        case RuntimeException known -> throw known;
        case null, default -> throw new IOException(e.getCause());
      }
    }
  }

  /** Nobody wants to know any more; returns when nothing reads the file. */
  void abandon() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Void run() throws RestoreException {
    String last = "";
    try (InputStream in =
        new BufferedInputStream(
            new GZIPInputStream(Files.newInputStream(file), 1 << 16), 1 << 16)) {
      DumpLines lines = new DumpLines(in);
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        if (line.length > 1000) {
          continue; // an INSERT, or nothing that we look for
        }
        String text = new String(line, StandardCharsets.ISO_8859_1).strip();
        if (!text.isEmpty() && !text.equals("--")) {
          last = text;
        }
        insistHarmless(text);
        if (DumpLines.beginsData(text)) {
          lines.skipData();
        }
      }
    } catch (IOException e) {
      throw new RestoreException(
          Kind.ARCHIVE,
          "the dump %s.sql.gz in the archive is damaged: %s".formatted(kind.service(), e),
          "take another archive",
          e);
    }
    String closing =
        switch (kind) {
          case POSTGRES -> "-- PostgreSQL database cluster dump complete";
          case MARIADB -> "-- Dump completed";
        };
    if (!last.startsWith(closing)) {
      throw new RestoreException(
          Kind.ARCHIVE,
          "the dump %s.sql.gz in the archive is not complete: it does not end with “%s”"
              .formatted(kind.service(), closing),
          "take another archive: the program that made this dump failed");
    }
    return null;
  }

  private void insistHarmless(String line) throws RestoreException {
    if (line.length() > 12
        && line.regionMatches(true, 0, "create table", 0, 12)
        && CHANNEL_TABLE
            .matcher(line.toLowerCase(Locale.ROOT).replace("if not exists ", ""))
            .matches()) {
      throw new RestoreException(
          Kind.REFUSED,
          "the dump of %s holds a node's channel database (%s)"
              .formatted(kind.service(), line.replaceFirst("\\(.*", "").strip()),
          "an old one must never come back on line: take that database out of the dump, and recover"
              + " the node from its channel backup");
    }
  }
}

package dev.lightkeeper.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes an archive under a temporary name, durably. */
final class Sealing {
  private final GzipPool pool;
  private final DraftStore store;
  private final SealOrder order;
  private final ManifestHead head;

  Sealing(GzipPool pool, DraftStore store, SealOrder order) {
    this.pool = pool;
    this.store = store;
    this.order = order;
    this.head = order.head();
  }

  /**
   * @param embedded where the manifest is written before it becomes an entry
   */
  SealedArchive seal(
      List<IndexedEntry> index,
      Map<Dump, DumpStream.Finished> dumps,
      Path embedded,
      ArchiveProgress progress)
      throws IOException {
    Path archive = order.archive();
    String name = Objects.requireNonNull(archive.getFileName(), "a name").toString();
    Path partial = archive.resolveSibling(name + ".partial");
    Path partialManifest = archive.resolveSibling(name + ".json.partial");
    Files.deleteIfExists(partial);
    Files.deleteIfExists(partialManifest);
    boolean done = false;
    try {
      MessageDigest digest = Hashing.sha256();
      Manifest.EntrySource[] entries = new Manifest.EntrySource[1];
      long[] count = new long[1];
      long size =
          writeDurably(
              partial,
              digest,
              file -> {
                if (order.passphrase() == null) {
                  entries[0] = writeTar(file, index, dumps, embedded, progress, count);
                } else {
                  try (OutputStream encrypted = new OpenPgpEncryption(file, order.passphrase());
                      OutputStream behind = new WriteBehind(encrypted, "archive-encrypt")) {
                    entries[0] = writeTar(behind, index, dumps, embedded, progress, count);
                  }
                }
              });
      ArchiveFile file = new ArchiveFile(name, size, Hashing.finish(digest));
      // Names and hashes of secrets are not left readable beside an archive that hides them.
      Manifest.EntrySource shown = order.passphrase() == null ? entries[0] : null;
      done = true;
      return new SealedArchive(partial, partialManifest, file, count[0], head, shown);
    } finally {
      if (!done) {
        Files.deleteIfExists(partial);
      }
    }
  }

  private interface Writing {
    void writeTo(OutputStream out) throws IOException;
  }

  private static long writeDurably(Path path, MessageDigest digest, Writing writing)
      throws IOException {
    try (OutputFile file = new OutputFile(path);
        OutputStream out =
            new BufferedOutputStream(new DigestOutputStream(file, digest), 1 << 16)) {
      try (EarlyWriting _ = new EarlyWriting(file)) {
        writing.writeTo(out);
        out.flush();
      }
      file.force();
      return file.size();
    }
  }

  private Manifest.EntrySource writeTar(
      OutputStream out,
      List<IndexedEntry> index,
      Map<Dump, DumpStream.Finished> dumps,
      Path embedded,
      ArchiveProgress progress,
      long[] count)
      throws IOException {
    long now = head.created().getEpochSecond();
    try (OrderedGzip gzip = new OrderedGzip(pool, out)) {
      Assembly tar = new Assembly(store, gzip, pool.encoders(), progress);
      tar.add(BtcpayLayout.MODE_MARKER, head.mode().word() + "\n", now);
      for (Map.Entry<Dump, DumpStream.Finished> dump :
          new EnumMap<Dump, DumpStream.Finished>(dumps).entrySet()) {
        tar.add(dump.getKey().entry(), dump.getValue().file(), now, false);
      }
      List<ManifestEntry> first = List.copyOf(tar.first());
      tar.addAll(index);
      Manifest.EntrySource entries =
          writer -> {
            for (ManifestEntry entry : first) {
              writer.write(entry);
            }
            for (IndexedEntry entry : index) {
              writer.write(ManifestEntry.of(entry));
            }
          };
      Files.deleteIfExists(embedded);
      try (OutputStream manifest = new BufferedOutputStream(new OutputFile(embedded), 1 << 16)) {
        Manifest.write(manifest, head, null, entries);
      }
      tar.add(BtcpayLayout.MANIFEST, embedded, now, true);
      tar.addEnd();
      count[0] = first.size() + index.size() + 1L;
      return entries;
    }
  }
}

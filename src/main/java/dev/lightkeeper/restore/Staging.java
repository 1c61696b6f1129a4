package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.ArchiveProgress;
import dev.lightkeeper.archive.ArchiveVerifier;
import dev.lightkeeper.archive.ArchivedEntry;
import dev.lightkeeper.archive.EntryName;
import dev.lightkeeper.archive.EntryType;
import dev.lightkeeper.archive.ManifestHead;
import dev.lightkeeper.archive.Passphrase;
import dev.lightkeeper.archive.ReadArchive;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Extracts an archive into a folder beside Docker's volumes in one pass, and trusts none of it
 * before its end: integrity, checksums, manifest. If anything is not as it should be, the folder is
 * gone again and nothing else was touched.
 */
final class Staging {
  private static final int LONGEST_MARKER = 64;

  private final Path archive;
  private final @Nullable Passphrase passphrase;
  private final Path folder;
  private final DumpReceiver receiver;
  private final SystemCalls system = new SystemCalls();
  private final TreeSet<String> volumes = new TreeSet<>();
  private final Map<DatabaseKind, Path> dumps = new EnumMap<>(DatabaseKind.class);
  private final List<DumpCheck> checks = new ArrayList<>();
  private @Nullable ArchiveMode mode;
  private boolean secrets;
  private Instant newest = Instant.EPOCH;

  /**
   * @param folder is made; on the file system of the volumes
   * @param receiver is given the dumps on the way
   */
  Staging(Path archive, @Nullable Passphrase passphrase, Path folder, DumpReceiver receiver) {
    this.archive = archive;
    this.passphrase = passphrase;
    this.folder = folder;
    this.receiver = receiver;
  }

  /** What a visitor throws must be an IOException: ours on its way through the archive's reader. */
  private static final class Carrier extends IOException {
    private final RestoreException carried;

    Carrier(RestoreException carried) {
      super(carried);
      this.carried = carried;
    }
  }

  /**
   * Reads the archive, once.
   *
   * @throws RestoreException ARCHIVE, NO_SPACE or REFUSED
   * @throws ArchiveException if it cannot be opened or is damaged
   */
  Staged run(ArchiveProgress progress) throws RestoreException, ArchiveException, IOException {
    try {
      return stage(progress);
    } catch (RestoreException | ArchiveException | IOException | RuntimeException e) {
      checks.forEach(DumpCheck::abandon);
      receiver.abandon();
      try {
        Trees.remove(folder);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private Staged stage(ArchiveProgress progress)
      throws RestoreException, ArchiveException, IOException {
    Path aside = Staged.aside(folder);
    Path tree = Staged.tree(folder);
    for (Path made : List.of(folder, aside, tree, folder.resolve("dumps"))) {
      Files.createDirectory(
          made, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Room room = Room.on(folder);
    StagedTree staged = new StagedTree(tree, aside, system, room);
    ReadArchive read;
    try {
      read =
          ArchiveVerifier.of(archive, passphrase, null)
              .read((entry, content) -> visit(entry, content, staged, room), progress);
      staged.finish();
      for (DumpCheck check : checks) {
        check.await();
      }
    } catch (Carrier e) {
      throw e.carried;
    } catch (IOException e) {
      throw fullOr(e);
    }
    insistWhole(read.manifest());
    NodeIdentity.insistComplete(tree);
    return new Staged(
        folder,
        read.file(),
        read.manifest(),
        mode,
        new ArrayList<>(volumes),
        dumps,
        secrets ? tree.resolve("secrets") : null,
        staged.withheld(),
        room.taken(),
        newest);
  }

  private void visit(ArchivedEntry entry, InputStream content, StagedTree tree, Room room)
      throws IOException {
    try {
      room.entry(entry.size());
      if (entry.type() == EntryType.FILE && entry.modified().isAfter(newest)) {
        newest = entry.modified();
      }
      if (entry.size() > 0 && entry.type() == EntryType.FILE && entry.size() > 8 * room.most()) {
        room.take(entry.size());
      }
      place(entry, content, tree, room);
    } catch (RestoreException e) {
      throw new Carrier(e);
    }
  }

  private void place(ArchivedEntry entry, InputStream content, StagedTree tree, Room room)
      throws IOException, RestoreException {
    EntryPlace place =
        EntryPlace.of(entry.name())
            .orElseThrow(
                () ->
                    refused(
                        entry.name(),
                        "leads out of its folder, or is nothing that a backup archives"));
    switch (place) {
      case EntryPlace.Data data -> {
        if (data.top() && entry.type() != EntryType.DIRECTORY) {
          throw refused(entry.name(), "is no directory");
        }
        volumes.add(data.volume());
        tree.put(data.name(), entry, content);
      }
      case EntryPlace.Secret secret -> {
        if (entry.type() != EntryType.DIRECTORY
            && (secret.top() || entry.type() != EntryType.FILE)) {
          throw refused(entry.name(), "is neither a file nor a directory");
        }
        secrets = true;
        tree.put(secret.name(), entry, content);
      }
      case EntryPlace.DumpFile dump -> dump(dump.kind(), entry, content, room);
      case EntryPlace.Marker _ -> marker(entry, content);
      case EntryPlace.PassedOver _ -> passOver(entry);
    }
  }

  private static void passOver(ArchivedEntry entry) throws RestoreException {
    boolean device =
        entry.type() == EntryType.CHARACTER_DEVICE || entry.type() == EntryType.BLOCK_DEVICE;
    // Docker's own mark of the file system below its volumes.
    if (device && !entry.name().toString().endsWith("volumes/backingFsBlockDev")) {
      throw refused(entry.name(), "is a device");
    }
  }

  private void dump(DatabaseKind kind, ArchivedEntry entry, InputStream content, Room room)
      throws IOException, RestoreException {
    Path file = folder.resolve("dumps").resolve(kind.service() + ".sql.gz");
    if (entry.type() != EntryType.FILE || dumps.put(kind, file) != null) {
      throw refused(entry.name(), "is no file, or is there twice");
    }
    new SparseFile().write(file, content, (_, _, _) -> {}, room::take);
    checks.add(DumpCheck.start(kind, file));
    receiver.arrived(kind, file);
  }

  private void marker(ArchivedEntry entry, InputStream content)
      throws IOException, RestoreException {
    String word =
        new String(content.readNBytes(LONGEST_MARKER), StandardCharsets.ISO_8859_1).strip();
    for (ArchiveMode known : ArchiveMode.values()) {
      if (known.word().equals(word) && mode == null && entry.type() == EntryType.FILE) {
        mode = known;
        return;
      }
    }
    throw refused(entry.name(), "says neither “backup” nor “migrate”, or is there twice");
  }

  private void insistWhole(@Nullable ManifestHead manifest) throws RestoreException {
    if (!dumps.containsKey(DatabaseKind.POSTGRES)) {
      throw missing("postgres.sql.gz");
    }
    if (volumes.isEmpty()) {
      throw missing("volumes/generated_…/_data");
    }
    if (manifest != null && manifest.mode() != mode) {
      throw new RestoreException(
          Kind.REFUSED,
          "the archive's marker says “%s” and its manifest “%s”: the marker was changed"
              .formatted(mode == null ? "" : mode.word(), manifest.mode().word()),
          "take the archive as it was made; no channel state comes back by changing a word");
    }
  }

  private RestoreException missing(String entry) {
    return new RestoreException(
        Kind.ARCHIVE,
        "the archive %s holds no %s: it is not a whole backup of BTCPay Server"
            .formatted(archive, entry),
        "take another archive");
  }

  private IOException fullOr(IOException e) throws RestoreException {
    String message = String.valueOf(e.getMessage());
    if (message.contains("No space left") || message.contains("Disk quota exceeded")) {
      throw new RestoreException(
          Kind.NO_SPACE,
          "the disk of " + folder + " is full: the archive does not fit",
          "make room there, then run it again; nothing was changed",
          e);
    }
    return e;
  }

  private static RestoreException refused(EntryName name, String how) {
    return new RestoreException(
        Kind.ARCHIVE,
        "the archive's entry %s %s".formatted(name, how),
        "no backup makes such an archive: find out where it is from before you trust it");
  }
}

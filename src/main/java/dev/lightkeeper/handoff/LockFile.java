package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.HandoffException.Kind;
import dev.lightkeeper.health.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A small JSON file in the state folder, for the owner alone, replaced durably and atomically. */
final class LockFile<T> {
  private final Path file;
  private final Class<T> type;

  LockFile(Path file, Class<T> type) {
    this.file = file;
    this.type = type;
  }

  /** The journal of what is locked: there exactly while something is. */
  static LockFile<LockJournal> journal(Path state) {
    return new LockFile<>(state.resolve("locked.json"), LockJournal.class);
  }

  Path path() {
    return file;
  }

  Optional<T> read() throws HandoffException {
    try {
      return Optional.of(Json.parse(Files.readString(file), type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw new HandoffException(
          Kind.STATE,
          "cannot read %s, which says what a handoff did here: %s".formatted(file, e),
          "run this as root; never delete it: it keeps an old channel state from going on line",
          e);
    }
  }

  void write(T content) throws HandoffException {
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      Path folder = folder();
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      try (FileChannel channel =
          FileChannel.open(
              part,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer bytes =
            ByteBuffer.wrap((Json.print(content) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      sync(folder);
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      var _ = part.toFile().delete();
    }
  }

  void delete() throws HandoffException {
    try {
      Files.deleteIfExists(file);
      sync(folder());
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private Path folder() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is in no folder");
    }
    return folder;
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private HandoffException unwritable(IOException e) {
    return new HandoffException(
        Kind.STATE,
        "cannot write " + file + ": " + e,
        "run this as root, and make room on its disk",
        e);
  }
}

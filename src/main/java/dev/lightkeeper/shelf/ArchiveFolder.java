package dev.lightkeeper.shelf;

import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.StoredArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder of this host where archives are kept, each with its manifest beside it, and with a
 * link {@code backup.tar.gz[.gpg]} to the newest, where people's scripts look for it. A file that
 * is no archive of this name is never touched, but for one that has the link's name: it is kept
 * under a name with its time.
 */
public final class ArchiveFolder {
  private static final String PART = ".part";

  private final Path folder;

  /** Looks at nothing yet. */
  public ArchiveFolder(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /** Where it is. */
  public Path path() {
    return folder;
  }

  /** Where an archive is, whether it is there or not. */
  public Path file(ArchiveName name) {
    return folder.resolve(name.fileName());
  }

  /**
   * A new empty file to write an archive into, readable by its owner only; for {@link #keep}. It
   * makes the folder if need be.
   */
  public Path newPart() throws IOException {
    Files.createDirectories(folder);
    Path part = folder.resolve("." + UUID.randomUUID() + PART);
    return Files.createFile(
        part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** Removes the files of {@link #newPart} that killed runs left; no other run may be under way. */
  public void sweepParts() throws IOException {
    for (Path file : files()) {
      if (String.valueOf(file.getFileName()).matches("\\.[0-9a-f-]{36}\\.part")) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Gives a finished file its name, puts its manifest beside it, and has the link lead to it, if
   * the file system knows links. All of it is durable when this returns.
   *
   * @param part of {@link #newPart}
   * @param manifest see {@link dev.lightkeeper.remote.ArchiveManifest}
   * @throws FileAlreadyExistsException if there is an archive of that name; it is left as it is
   */
  public Path keep(Path part, ArchiveName name, byte[] manifest) throws IOException {
    sync(part);
    Path kept = file(name);
    name(part, kept);
    writeManifest(name, manifest);
    link(name);
    sync(folder);
    return kept;
  }

  /** The archives, oldest first. */
  public List<StoredArchive> list() throws IOException {
    List<StoredArchive> archives = new ArrayList<>();
    for (Path file : files()) {
      Optional<ArchiveName> name = ArchiveName.parse(String.valueOf(file.getFileName()));
      if (name.isPresent() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        boolean complete = Files.isRegularFile(folder.resolve(name.get().manifestName()));
        archives.add(new StoredArchive(name.get(), Files.size(file), complete));
      }
    }
    archives.sort((a, b) -> a.name().compareTo(b.name()));
    return archives;
  }

  /**
   * An archive's manifest.
   *
   * @throws NoSuchFileException if there is none
   */
  public byte[] manifest(ArchiveName name) throws IOException {
    return Files.readAllBytes(folder.resolve(name.manifestName()));
  }

  /** Removes an archive and its manifest; one that is not there counts as removed. */
  public void remove(ArchiveName name) throws IOException {
    Files.deleteIfExists(folder.resolve(name.manifestName()));
    Files.deleteIfExists(file(name));
    Path link = folder.resolve(name.plainName());
    if (Files.isSymbolicLink(link)
        && Files.readSymbolicLink(link).equals(Path.of(name.fileName()))) {
      Files.delete(link);
    }
    sync(folder);
  }

  private void writeManifest(ArchiveName name, byte[] manifest) throws IOException {
    Path part = newPart();
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      for (ByteBuffer left = ByteBuffer.wrap(manifest); left.hasRemaining(); ) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(part, folder.resolve(name.manifestName()), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Unlike a move, a hard link refuses what is there; FAT and some network shares have none. */
  private static void name(Path part, Path kept) throws IOException {
    try {
      Files.createLink(kept, part);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | IOException e) {
      Files.move(part, kept); // looks first: one run at a time keeps archives here
      return;
    }
    Files.delete(part);
  }

  private void link(ArchiveName name) throws IOException {
    Path link = folder.resolve(name.plainName());
    Path fresh = folder.resolve("." + UUID.randomUUID() + PART);
    try {
      Files.createSymbolicLink(fresh, Path.of(name.fileName()));
    } catch (UnsupportedOperationException | IOException e) {
      if (Files.isSymbolicLink(link)) {
        throw e; // to an older one, which it must not stay
      }
      return; // no links here: whoever looks for the newest goes by the times in the names
    }
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
      keepAside(link, name);
    }
    Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What BTCPay's own script left has no manifest: it is never taken for one of ours. */
  private void keepAside(Path file, ArchiveName name) throws IOException {
    Instant written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
    for (int i = 0; ; i++) {
      ArchiveName dated =
          new ArchiveName(written.plusSeconds(i), name.migration(), name.encrypted());
      Path aside = file.resolveSibling("found-" + dated.fileName());
      if (!Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(file, aside);
        return;
      }
    }
  }

  private Set<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return Set.copyOf(files.toList());
    } catch (NoSuchFileException e) {
      return Set.of();
    }
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}

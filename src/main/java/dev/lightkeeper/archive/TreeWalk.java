package dev.lightkeeper.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Goes through all that is archived, in the order of {@link EntryName}. What vanishes meanwhile is
 * passed over.
 */
final class TreeWalk {
  private final ArchiveSources sources;

  /** Is told of each thing found. */
  interface Visitor {
    void visit(EntryName name, Path path, Stat stat) throws IOException, ArchiveException;
  }

  private record Level(EntryName name, Iterator<Path> children) {}

  TreeWalk(ArchiveSources sources) {
    this.sources = sources;
  }

  /**
   * @throws ArchiveException UNREADABLE if a directory cannot be listed; SECRETS_REFUSED if the
   *     secrets hold anything but files and directories
   */
  void walk(Visitor visitor) throws IOException, ArchiveException {
    Path secrets = sources.secrets();
    if (secrets != null) {
      walkSecrets(secrets, visitor);
    }
    Path volumes = sources.dockerRoot().resolve("volumes");
    if (!Files.isDirectory(volumes)) {
      throw new ArchiveException(
          ArchiveException.Kind.UNREADABLE,
          "There is no directory " + volumes,
          "Check where Docker keeps its volumes: docker info --format '{{.DockerRootDir}}'",
          null);
    }
    List<Path> roots =
        new ArrayList<>(
            listed(volumes).stream().filter(p -> startsWithPrefix(EntryName.lastName(p))).toList());
    below(BtcpayLayout.VOLUMES, roots, visitor);
  }

  private static boolean startsWithPrefix(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1).startsWith(BtcpayLayout.VOLUME_PREFIX);
  }

  private void walkSecrets(Path secrets, Visitor visitor) throws IOException, ArchiveException {
    Stat top = Stat.of(secrets);
    if (!top.isDirectory()) {
      throw refused(secrets);
    }
    visitor.visit(BtcpayLayout.SECRETS, secrets, top.withPermissions(0700));
    below(
        BtcpayLayout.SECRETS,
        listed(secrets),
        (name, path, stat) -> {
          if (!stat.isFile() && !stat.isDirectory()) {
            throw refused(path);
          }
          visitor.visit(name, path, stat);
        });
  }

  private void below(EntryName top, List<Path> roots, Visitor visitor)
      throws IOException, ArchiveException {
    // No recursion: how deep folders lie in each other is for others to say.
    Deque<Level> open = new ArrayDeque<>();
    open.push(new Level(top, roots.iterator()));
    while (!open.isEmpty()) {
      Level level = open.peek();
      if (!level.children().hasNext()) {
        open.pop();
        continue;
      }
      Path path = level.children().next();
      EntryName name = level.name().resolve(path);
      if (sources.layout().leavesOut(name)) {
        continue;
      }
      try {
        Stat stat = Stat.of(path);
        visitor.visit(name, path, stat);
        if (stat.isDirectory()) {
          List<Path> children = listed(path);
          // Whoever put a link in the folder's place must not lead us out of the tree.
          if (Stat.of(path).inode() == stat.inode()) {
            open.push(new Level(name, children.iterator()));
          }
        }
      } catch (NoSuchFileException e) {
        // vanished since its folder was listed
      }
    }
  }

  private static List<Path> listed(Path directory) throws IOException, ArchiveException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        found.add(path);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw unreadable(directory, e);
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
    Collections.sort(found); // by their bytes, as a Path compares on Linux
    return found;
  }

  static ArchiveException unreadable(Path path, Exception cause) {
    return new ArchiveException(
        ArchiveException.Kind.UNREADABLE,
        path + " cannot be read: " + cause.getMessage(),
        "Run as root, and check the disk (dmesg)",
        cause);
  }

  private static ArchiveException refused(Path path) {
    return new ArchiveException(
        ArchiveException.Kind.SECRETS_REFUSED,
        path + " is neither a file nor a directory, which BTCPay Server's restore refuses",
        "Put the file itself there instead of a link to it",
        null);
  }
}

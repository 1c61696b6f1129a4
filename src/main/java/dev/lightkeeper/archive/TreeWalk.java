package dev.lightkeeper.archive;

import dev.lightkeeper.archive.FolderReader.Folder;
import dev.lightkeeper.archive.FolderReader.Found;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all that is archived, in the order of {@link EntryName}. What vanishes meanwhile is
 * passed over.
 */
final class TreeWalk {
  private final ArchiveSources sources;

  /** Is told of each thing found, some time after its stat was taken. */
  interface Visitor {
    void visit(EntryName name, Path path, Stat stat) throws IOException, ArchiveException;
  }

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
        FolderReader.list(volumes).stream()
            .filter(p -> startsWithPrefix(EntryName.lastName(p)))
            .toList();
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
        FolderReader.list(secrets),
        (name, path, stat) -> {
          if (!stat.isFile() && !stat.isDirectory()) {
            throw refused(path);
          }
          visitor.visit(name, path, stat);
        });
  }

  private void below(EntryName top, List<Path> roots, Visitor visitor)
      throws IOException, ArchiveException {
    try (FolderReader reader = new FolderReader(sources.layout()::leavesOut)) {
      // No recursion: how deep folders lie in each other is for others to say.
      Deque<Level> open = new ArrayDeque<>();
      open.push(new Level(reader.lookAt(top, roots)));
      while (!open.isEmpty()) {
        Found found = open.peek().next();
        if (found == null) {
          open.pop();
          continue;
        }
        visitor.visit(found.name(), found.path(), found.stat());
        if (found.inside() != null) {
          open.push(new Level(found.inside().content()));
        }
      }
    }
  }

  /** A folder on the way, whose next subfolders are being read already. */
  private static final class Level {
    /** So many; what they hold is in memory. */
    private static final int AHEAD = 8;

    private final Deque<Found> found;
    private final Deque<Folder> notAskedFor = new ArrayDeque<>();
    private int askedFor;

    Level(Deque<Found> found) {
      this.found = found;
      for (Found child : found) {
        if (child.inside() != null) {
          notAskedFor.add(child.inside());
        }
      }
    }

    @Nullable Found next() {
      while (askedFor < AHEAD && !notAskedFor.isEmpty()) {
        notAskedFor.remove().ask();
        askedFor++;
      }
      Found next = found.poll();
      if (next != null && next.inside() != null) {
        askedFor--;
      }
      return next;
    }
  }

  private static ArchiveException refused(Path path) {
    return new ArchiveException(
        ArchiveException.Kind.SECRETS_REFUSED,
        path + " is neither a file nor a directory, which BTCPay Server's restore refuses",
        "Put the file itself there instead of a link to it",
        null);
  }
}

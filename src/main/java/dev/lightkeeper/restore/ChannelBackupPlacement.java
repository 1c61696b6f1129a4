package dev.lightkeeper.restore;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Puts channel backups where each implementation wants them: Core Lightning's in its directory,
 * before its first start, and a copy outside, as it rewrites that file with what it knows; LND's
 * outside of its own, which nobody but LND writes to.
 */
final class ChannelBackupPlacement {
  private final Staged staged;
  private final Path beside;

  /**
   * @param beside the folder for those that are to be imported, and copies
   */
  ChannelBackupPlacement(Staged staged, Path beside) {
    this.staged = staged;
    this.beside = beside;
  }

  /** Where a node's backup to be imported is; empty if it needs none. */
  Optional<Path> toImport(NodeBackup node) {
    ChannelBackup backup = node.backup();
    return node.node().kind() == NodeKind.LND
            && backup != null
            && !NodeKind.LND.holdsNoChannel(backup.size())
        ? Optional.of(beside.resolve(node.node().name() + "-channel.backup.to-import"))
        : Optional.empty();
  }

  /** Where those are that may be imported instead of it, in this order. */
  List<Path> older(NodeBackup node) {
    return toImport(node).isEmpty()
        ? List.of()
        : IntStream.rangeClosed(1, node.older().size())
            .mapToObj(n -> beside.resolve(node.node().name() + "-channel.backup.older-" + n))
            .toList();
  }

  /** Where the copy of Core Lightning's is; empty if there is no channel in it. */
  Optional<Path> kept(NodeBackup node) {
    ChannelBackup backup = node.backup();
    return node.node().kind() == NodeKind.CLN
            && backup != null
            && !NodeKind.CLN.holdsNoChannel(backup.size())
        ? Optional.of(beside.resolve(node.node().name() + "-emergency.recover.kept"))
        : Optional.empty();
  }

  /** Puts each there. */
  void place(List<NodeBackup> nodes) throws IOException {
    Files.createDirectories(beside);
    for (NodeBackup node : nodes) {
      ChannelBackup backup = node.backup();
      Optional<Path> file = toImport(node);
      if (backup != null && file.isPresent()) {
        write(file.get(), backup);
        List<Path> older = older(node);
        for (int i = 0; i < older.size(); i++) {
          write(older.get(i), node.older().get(i));
        }
      } else if (backup != null && node.node().kind() == NodeKind.CLN) {
        insert(node, backup);
        Optional<Path> kept = kept(node);
        if (kept.isPresent()) {
          write(kept.get(), backup);
        }
      }
    }
  }

  private static void write(Path file, ChannelBackup backup) throws IOException {
    Files.write(file, backup.bytes(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
  }

  private void insert(NodeBackup node, ChannelBackup backup) throws IOException {
    Path file = staged.data(node.volume()).resolve(node.inVolume());
    boolean there = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    if (there && backup.hash().equals(Sha256.of(Files.readAllBytes(file)))) {
      return; // it came with the archive, owner, mode and time
    }
    Path owned = there ? file : file.resolveSibling("hsm_secret");
    Path fresh = file.resolveSibling(".emergency.recover.lightkeeper");
    Files.deleteIfExists(fresh);
    write(fresh, backup);
    if (Files.exists(owned, LinkOption.NOFOLLOW_LINKS)) {
      // The node itself writes it anew at its next change.
      for (String attribute : List.of("unix:uid", "unix:gid", "unix:mode")) {
        Files.setAttribute(
            fresh, attribute, Files.getAttribute(owned, attribute, LinkOption.NOFOLLOW_LINKS));
      }
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}

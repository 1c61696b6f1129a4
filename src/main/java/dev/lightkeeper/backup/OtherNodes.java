package dev.lightkeeper.backup;

import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.BtcpayLayout;
import dev.lightkeeper.archive.EntryName;
import dev.lightkeeper.backup.BackupException.Kind;
import dev.lightkeeper.node.ContentScan;
import dev.lightkeeper.node.ToxicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Nodes of implementations that cannot be offered to another host, found by the names and contents
 * of the files that would be archived. Nothing would lock them here, nor let them go on there.
 */
final class OtherNodes {
  private static final BtcpayLayout LAYOUT = new BtcpayLayout(ArchiveMode.MIGRATE);
  private static final int BUFFER = 1 << 16;

  private OtherNodes() {}

  /** What a visitor throws must be an IOException. */
  private static final class Found extends IOException {
    Found(Path file) {
      super(file.toString());
    }
  }

  /**
   * Insists that there is none.
   *
   * @param archived the folders of the volumes that are
   * @throws BackupException REFUSED
   */
  static void insistNone(List<Path> archived) throws BackupException, IOException {
    try {
      for (Path data : archived) {
        walk(data);
      }
    } catch (Found e) {
      throw new BackupException(
          Kind.REFUSED,
          e.getMessage()
              + " is channel state of Eclair or phoenixd: such a node cannot be handed off",
          "move that node by its own means first, or leave it out: stop it, and bring its folder"
              + " out of BTCPay Server's volumes; then run this again",
          null);
    }
  }

  private static void walk(Path data) throws IOException {
    Path root = data.resolve("../..").normalize();
    Files.walkFileTree(
        data,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return LAYOUT.leavesOut(EntryName.of("volumes/" + root.relativize(folder)))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String name = "volumes/" + root.relativize(file);
            if (attributes.isRegularFile()
                && !LAYOUT.leavesOut(EntryName.of(name))
                && (ToxicFiles.ofOtherNode(name) || holds(file))) {
              throw new Found(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // a running service removes files all the time
          }
        });
  }

  /** Under another name: databases alone are read to their end. */
  private static boolean holds(Path file) {
    ContentScan scan = new ContentScan();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.readNBytes(buffer, 0, BUFFER); read > 0; read = in.read(buffer)) {
        scan.update(buffer, 0, read);
        if (!scan.database()) {
          return false;
        }
      }
    } catch (IOException e) {
      return false; // gone meanwhile; what cannot be read ends the backup itself
    }
    return scan.ofOtherNode();
  }
}

package dev.lightkeeper.survival;

import dev.lightkeeper.testing.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A small real file system on which every write can be made to hang. */
final class FreezingDisk implements AutoCloseable {
  static final String WHY = "freezing a file system needs root, a loop device and mkfs.ext4";

  private static final Shell SHELL = new Shell(Map.of());

  private final Path folder;
  private final Path image;
  private boolean frozen;

  private FreezingDisk(Path folder, Path image) {
    this.folder = folder;
    this.image = image;
  }

  /** Whether this process can have one. */
  static boolean possible() throws IOException {
    Path probe = Files.createTempDirectory("freeze-");
    try (FreezingDisk disk = at(probe)) {
      disk.freeze();
      disk.thaw();
      return true;
    } catch (IOException | RuntimeException | AssertionError e) {
      return false;
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  static FreezingDisk at(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path image = Files.createTempFile("freezing-", ".ext4");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(16 << 20);
    }
    FreezingDisk disk = new FreezingDisk(folder, image);
    SHELL.run("mkfs.ext4", "-q", "-F", image.toString());
    SHELL.run("mount", "-o", "loop", image.toString(), folder.toString());
    return disk;
  }

  /** From now on whatever writes waits. */
  void freeze() {
    SHELL.run("fsfreeze", "--freeze", folder.toString());
    frozen = true;
  }

  /** What waited goes on. */
  void thaw() {
    SHELL.run("fsfreeze", "--unfreeze", folder.toString());
    frozen = false;
  }

  @Override
  public void close() throws IOException {
    if (frozen) {
      thaw();
    }
    SHELL.run("umount", "--lazy", folder.toString());
    Files.delete(image);
  }
}

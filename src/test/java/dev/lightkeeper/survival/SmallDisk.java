package dev.lightkeeper.survival;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A small real file system mounted on a folder, which fills up. */
public final class SmallDisk implements AutoCloseable {
  /** Why a test that needs one is not run. */
  public static final String WHY = "mounting a small file system needs root and the right to mount";

  private static final String BALLAST = ".ballast";

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Whether this process can mount a file system. */
  static boolean possible() {
    try {
      Path probe = Files.createTempDirectory("mount-");
      try (SmallDisk disk = at(probe, "64k")) {
        disk.fill();
        return true;
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * An empty one.
   *
   * @param size as tmpfs takes it, such as {@code 64k}
   * @throws IOException if it cannot be mounted
   */
  public static SmallDisk at(Path folder, String size) throws IOException {
    Files.createDirectories(folder);
    run("mount", "-t", "tmpfs", "-o", "size=" + size + ",mode=0700", "none", folder.toString());
    return new SmallDisk(folder);
  }

  /** Leaves no free byte. */
  void fill() throws IOException {
    fill(folder.resolve(BALLAST));
  }

  /** Leaves no free byte: {@code file}, on this disk, holds them all. */
  public void fill(Path file) throws IOException {
    byte[] page = new byte[4096];
    try (OutputStream ballast = Files.newOutputStream(file)) {
      while (true) {
        ballast.write(page);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** Makes room again. */
  void free() throws IOException {
    Files.delete(folder.resolve(BALLAST));
  }

  /**
   * @param option {@code ro} or {@code rw}
   */
  void remount(String option) throws IOException {
    run("mount", "-o", "remount," + option, folder.toString());
  }

  @Override
  public void close() throws IOException {
    run("umount", "--lazy", folder.toString());
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}

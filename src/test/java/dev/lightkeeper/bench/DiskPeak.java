package dev.lightkeeper.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/**
 * The most bytes that files below a folder have at once, looked at until it is closed; without the
 * databases' own files, which every restore writes anew.
 */
final class DiskPeak implements AutoCloseable {
  private static final long EVERY_MILLIS = 200;

  private final Path root;
  private final long before;
  private final Thread thread;
  private long most;
  private long extracted;

  DiskPeak(Path root) {
    this.root = root;
    this.before = size(root);
    this.thread = Thread.ofPlatform().daemon().start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        look();
        Thread.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      look();
    }
  }

  private synchronized void look() {
    long[] inExtracted = new long[1];
    most = Math.max(most, size(root, inExtracted));
    extracted = Math.max(extracted, inExtracted[0]);
  }

  /** The most, beyond what there was at first. */
  synchronized long extra() {
    return most - before;
  }

  /** The most in a folder of the name {@code extracted}. */
  synchronized long extracted() {
    return extracted;
  }

  private static long size(Path root) {
    return size(root, new long[1]);
  }

  private static long size(Path root, long[] inExtracted) {
    long[] bytes = new long[1];
    Set<Object> seen = new HashSet<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
              String name = String.valueOf(dir.getFileName());
              boolean counted =
                  dir.equals(root)
                      || !root.equals(dir.getParent())
                      || name.equals("volumes")
                      || name.startsWith("script-")
                      || name.startsWith("lightkeeper-restore");
              boolean database =
                  name.equals("generated_postgres_datadir") || name.equals("fresh-postgres");
              return counted && !database ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (seen.add(attributes.fileKey())) {
                bytes[0] += attributes.size();
                if (file.toString().contains("/extracted/")) {
                  inExtracted[0] += attributes.size();
                }
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // moved or removed meanwhile
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // A folder that was moved meanwhile: the next look sees it.
    }
    return bytes[0];
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

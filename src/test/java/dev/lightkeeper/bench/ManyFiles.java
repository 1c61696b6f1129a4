package dev.lightkeeper.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A folder that is hard on a backup: very many small files, and one that is nearly all hole. */
final class ManyFiles {
  private static final int IN_A_FOLDER = 1_000;

  private ManyFiles() {}

  static void in(Path folder, int count, long sparse) throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      Path own = folder.resolve("folder-" + i / IN_A_FOLDER);
      if (i % IN_A_FOLDER == 0) {
        Files.createDirectories(own);
      }
      Files.writeString(own.resolve("file-" + i), "a file\n".repeat(random.nextInt(100)));
    }
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("sparse").toFile(), "rw")) {
      file.setLength(sparse);
      file.seek(sparse / 2);
      file.writeBytes("in the middle");
    }
  }
}

package dev.lightkeeper.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Pins host keys in a file of OpenSSH's known_hosts format. */
public final class KnownHosts {
  private KnownHosts() {}

  /**
   * Adds a line, unless it is there already. What is pinned is never changed.
   *
   * @param line {@code host type key}
   * @throws SetupException if another key of that type is pinned for that host
   */
  public static void pin(Path file, String line) throws SetupException, IOException {
    List<String> lines = lines(file);
    List<String> wanted = fields(line);
    for (String present : lines) {
      List<String> fields = fields(present);
      if (fields.equals(wanted)) {
        return;
      }
      if (fields.size() == 3 && fields.subList(0, 2).equals(wanted.subList(0, 2))) {
        throw new SetupException(
            "%s holds another key for %s".formatted(file, wanted.getFirst()),
            "Ask the server's operator whether its key changed; if so, remove the old line");
      }
    }
    if (lines.isEmpty() && Files.notExists(file)) {
      PrivateFile.write(file, line.strip() + "\n");
    } else {
      Files.writeString(file, line.strip() + "\n", StandardOpenOption.APPEND);
    }
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static List<String> fields(String line) {
    return List.of(line.strip().split("\\s+", 4)).stream().limit(3).toList();
  }
}

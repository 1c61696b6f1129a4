package dev.lightkeeper.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong in one file, so that it is all told at once. */
final class Problems {
  private final Path file;
  private final KeyLines lines;
  private final List<Problem> found = new ArrayList<>();

  Problems(Path file, KeyLines lines) {
    this.file = file;
    this.lines = lines;
  }

  /** Something is wrong with the key at {@code path}. */
  void add(List<String> path, String message, String remedy) {
    found.add(new Problem(file, lines.of(path), String.join(".", path), message, remedy));
  }

  /** Something is wrong with the file as a whole. */
  void addToFile(String message, String remedy) {
    found.add(new Problem(file, 0, "", message, remedy));
  }

  /** All that was added, in the order of the file's lines. */
  List<Problem> all() {
    return found.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
  }

  /**
   * @throws ConfigException if anything was added
   */
  void throwIfAny() throws ConfigException {
    if (!found.isEmpty()) {
      throw new ConfigException(all());
    }
  }
}

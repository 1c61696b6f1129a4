package dev.lightkeeper.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to run this program once more, in a process of its own. */
final class OwnProgram {
  /** Set by the launcher: where it is. */
  private static final String LAUNCHER = "lightkeeper.program";

  private OwnProgram() {}

  static List<String> command(String... arguments) {
    List<String> words = new ArrayList<>();
    String launcher = System.getProperty(LAUNCHER);
    if (launcher != null) {
      words.add(launcher);
    } else {
      words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      words.add("--enable-native-access=ALL-UNNAMED");
      words.add("-cp");
      words.add(System.getProperty("java.class.path"));
      words.add(Main.class.getName());
    }
    words.addAll(List.of(arguments));
    return List.copyOf(words);
  }
}

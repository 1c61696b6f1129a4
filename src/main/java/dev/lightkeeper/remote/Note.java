package dev.lightkeeper.remote;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A small file in a node's {@code handoff} folder, written once and never replaced.
 *
 * @param name an event and 32 hexadecimal digits: {@code void-<id>.json}
 * @param text as UTF-8
 */
public record Note(String name, String text) {
  /** The folder below the node's. */
  public static final String FOLDER = "handoff";

  private static final Pattern NAME = Pattern.compile("[a-z]{1,32}-[0-9a-f]{32}\\.json");

  /**
   * @throws IllegalArgumentException if a note cannot have that name
   */
  public Note {
    if (!isName(name)) {
      throw new IllegalArgumentException("not the name of a note: " + name);
    }
  }

  /** Whether a file of this name is a note. */
  public static boolean isName(String fileName) {
    return NAME.matcher(fileName).matches();
  }

  /** The note that a file holds; torn or foreign bytes are in it as they are. */
  public static Note of(String name, byte[] content) {
    return new Note(name, new String(content, StandardCharsets.UTF_8));
  }

  /** The file's content. */
  public byte[] content() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

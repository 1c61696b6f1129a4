package dev.lightkeeper.config;

import java.nio.file.Path;

/**
 * One thing that is wrong in a configuration file. Never holds a value that may be secret.
 *
 * @param line from 1; 0 if it is about the file as a whole
 * @param key dotted, such as {@code remotes.offsite.url}; empty if it is about no key
 * @param message what is wrong: one sentence without a full stop
 * @param remedy what to write instead: one sentence without a full stop
 */
public record Problem(Path file, int line, String key, String message, String remedy) {
  /** {@code file:line: key: message. Remedy.} in one line. */
  public String text() {
    StringBuilder text = new StringBuilder().append(file);
    if (line > 0) {
      text.append(':').append(line);
    }
    text.append(": ");
    if (!key.isEmpty()) {
      text.append(key).append(": ");
    }
    return text.append(message).append(". ").append(remedy).append('.').toString();
  }
}

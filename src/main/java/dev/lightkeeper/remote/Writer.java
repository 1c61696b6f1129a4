package dev.lightkeeper.remote;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * An installation that streams a node.
 *
 * @param id random, made at the installation's first start; 32 hexadecimal digits
 * @param host the host's name then, for people
 * @param since when it began to stream this node
 */
public record Writer(String id, String host, Instant since) {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  /**
   * @throws IllegalArgumentException if {@code id} is not 32 hexadecimal digits
   */
  public Writer {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not a writer id: " + id);
    }
  }
}

package dev.lightkeeper.node;

import java.util.regex.Pattern;

/**
 * The name an operator gives a node; also the name of its folder on every remote.
 *
 * <p>Letters, digits, dot, underscore and hyphen, starting with a letter or digit, at most 64
 * characters; {@code archives}, {@code handoff} and {@code incoming} are taken by the remote
 * layout.
 */
public record NodeName(String value) implements Comparable<NodeName> {
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern TAKEN = Pattern.compile("archives|handoff|incoming");

  /**
   * @throws IllegalArgumentException if the name does not have that shape
   */
  public NodeName {
    if (!isValid(value)) {
      throw new IllegalArgumentException("not a node name: " + value);
    }
  }

  /** Whether {@code value} can name a node. */
  public static boolean isValid(String value) {
    return SHAPE.matcher(value).matches() && !TAKEN.matcher(value).matches();
  }

  @Override
  public int compareTo(NodeName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

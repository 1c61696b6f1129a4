package dev.lightkeeper.node;

import java.nio.file.Path;

/**
 * One Lightning node on this host.
 *
 * @param file the absolute path of its channel backup; it need not exist yet
 */
public record Node(NodeName name, NodeKind kind, Path file) {
  /**
   * @throws IllegalArgumentException if {@code file} is not absolute
   */
  public Node {
    if (!file.isAbsolute()) {
      throw new IllegalArgumentException("not an absolute path: " + file);
    }
  }
}

package dev.lightkeeper.restore;

import dev.lightkeeper.archive.EntryName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Absolute paths as the bytes that Linux knows them by. */
final class PathBytes {
  private PathBytes() {}

  /** {@code name} below {@code root}. */
  static byte[] of(Path root, EntryName name) {
    return join(of(root), name.bytes());
  }

  /** A path whose names are text. */
  static byte[] of(Path path) {
    return path.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
  }

  static byte[] join(byte[] folder, byte[] name) {
    byte[] joined = new byte[folder.length + 1 + name.length];
    System.arraycopy(folder, 0, joined, 0, folder.length);
    joined[folder.length] = '/';
    System.arraycopy(name, 0, joined, folder.length + 1, name.length);
    return joined;
  }

  static String shown(byte[] path) {
    return EntryName.of(path).toString();
  }
}

package dev.lightkeeper.archive;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name of an entry, relative, without a slash at its end: any bytes but zero, as Linux has
 * them. Sorted as a walk goes: a directory, what is in it, then its next sibling.
 */
public final class EntryName implements Comparable<EntryName> {
  private final byte[] bytes;

  private EntryName(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The name that {@code bytes} are.
   *
   * @throws IllegalArgumentException if it is empty or holds a zero byte
   */
  public static EntryName of(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("a name with a zero byte");
      }
    }
    if (bytes.length == 0) {
      throw new IllegalArgumentException("an empty name");
    }
    return new EntryName(bytes.clone());
  }

  /** The name that {@code text} is in UTF-8. */
  public static EntryName of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The entry of what is at {@code child}, in the directory that has this name. */
  EntryName resolve(Path child) {
    byte[] last = lastName(child);
    byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + last.length);
    joined[bytes.length] = '/';
    System.arraycopy(last, 0, joined, bytes.length + 1, last.length);
    return new EntryName(joined);
  }

  /** The bytes of the last name of {@code path}, as the file system has them. */
  static byte[] lastName(Path path) {
    String text = Objects.requireNonNull(path.getFileName(), "a name").toString();
    if (text.chars().allMatch(c -> c < 0x80)) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
    return lastOf(decoded(rawUri(path)));
  }

  /** A symbolic link's target, which need not be relative. */
  static EntryName linkTarget(Path target) {
    String text = target.toString();
    if (text.chars().allMatch(c -> c < 0x80)) {
      return of(text);
    }
    byte[] uri = decoded(rawUri(target));
    if (target.isAbsolute()) {
      return of(uri);
    }
    // A relative path's URI has the working directory before it.
    int from = decoded(rawUri(Path.of(""))).length;
    return of(Arrays.copyOfRange(uri, uri[from] == '/' ? from + 1 : from, uri.length));
  }

  /** The bytes of an absolute path, as the file system has them. */
  static byte[] pathBytes(Path path) {
    return linkTarget(path.toAbsolutePath()).bytes;
  }

  /** A URI keeps every byte of a name, whatever the locale; a String does not. */
  private static String rawUri(Path path) {
    String raw = path.toUri().getRawPath();
    return raw.length() > 1 && raw.endsWith("/") && !path.toString().endsWith("/")
        ? raw.substring(0, raw.length() - 1)
        : raw;
  }

  private static byte[] decoded(String raw) {
    ByteBuffer out = ByteBuffer.allocate(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        out.put((byte) Integer.parseInt(raw, i + 1, i + 3, 16));
        i += 2;
      } else {
        out.put((byte) c);
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] lastOf(byte[] path) {
    int from = path.length;
    while (from > 0 && path[from - 1] != '/') {
      from--;
    }
    return Arrays.copyOfRange(path, from, path.length);
  }

  /**
   * Where this entry belongs below {@code root}; every byte is kept.
   *
   * @throws IllegalArgumentException if it would lead out of {@code root}: absolute, or with {@code
   *     ..}
   */
  public Path below(Path root) {
    StringBuilder uri = new StringBuilder(root.toUri().getRawPath());
    if (uri.charAt(uri.length() - 1) != '/') {
      uri.append('/');
    }
    for (byte b : bytes) {
      if (b == '/' || Character.isLetterOrDigit(b)) {
        uri.append((char) b);
      } else {
        uri.append(String.format(Locale.ROOT, "%%%02X", b));
      }
    }
    Path path = Path.of(URI.create("file://" + uri));
    boolean climbs = ("/" + escaped() + "/").contains("/../");
    if (bytes[0] == '/' || climbs || !path.startsWith(root.toAbsolutePath())) {
      throw new IllegalArgumentException(this + " leads out of " + root);
    }
    return path;
  }

  /** A copy of its bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  int length() {
    return bytes.length;
  }

  byte[] shared() {
    return bytes;
  }

  /** Its text, if it is UTF-8. */
  @Nullable String text() {
    return text(bytes);
  }

  static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Override
  public int compareTo(EntryName other) {
    int at = Arrays.mismatch(bytes, other.bytes);
    return at < 0 ? 0 : Integer.compare(weight(bytes, at), weight(other.bytes, at));
  }

  /** The end sorts first, then the slash: a directory's content directly follows it. */
  private static int weight(byte[] bytes, int at) {
    if (at >= bytes.length) {
      return -1;
    }
    return bytes[at] == '/' ? 0 : bytes[at] & 0xff;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EntryName name && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** For people: control characters and bytes that are not UTF-8 as {@code \377}. */
  @Override
  public String toString() {
    String text = text();
    return text != null && text.codePoints().noneMatch(Character::isISOControl) ? text : escaped();
  }

  private String escaped() {
    StringBuilder shown = new StringBuilder();
    for (byte b : bytes) {
      if (b > 0x1f && b < 0x7f) {
        shown.append((char) b);
      } else {
        shown.append(String.format(Locale.ROOT, "\\%03o", b & 0xff));
      }
    }
    return shown.toString();
  }
}

package dev.lightkeeper.alert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A secret in a file, read when it is needed: the file's first line. The systemd credential of the
 * name {@code alert-NAME} goes before it.
 */
public final class Secret {
  private final Path file;

  private Secret(Path file) {
    this.file = file;
  }

  /**
   * The secret of the channel {@code name}.
   *
   * @param credentials systemd's {@code CREDENTIALS_DIRECTORY}; empty if there is none
   */
  public static Secret of(String name, Path file, String credentials) {
    if (!credentials.isEmpty()) {
      Path credential = Path.of(credentials, "alert-" + name);
      if (Files.exists(credential)) {
        return new Secret(credential);
      }
    }
    return new Secret(file);
  }

  /**
   * Reads it and forgets it.
   *
   * @throws DeliveryException if there is none
   */
  public void insistOnReadable() throws DeliveryException {
    var _ = read();
  }

  String read() throws DeliveryException {
    try (var lines = Files.lines(file)) {
      String first = lines.findFirst().orElse("").strip();
      if (first.isEmpty()) {
        throw new DeliveryException(file + " is empty", "write the secret on its first line", null);
      }
      return first;
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new DeliveryException(
          "the secret in %s cannot be read%s"
              .formatted(file, Files.exists(file) ? "" : ": there is no such file"),
          "put it there, readable by the user the daemon runs as and by nobody else",
          e);
    }
  }
}

package dev.lightkeeper.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This host's name, without asking any name server. */
public final class HostName {
  private HostName() {}

  /** The name; {@code unknown} where the kernel does not say. */
  public static String local() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}

package dev.lightkeeper.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This host's name, without asking any name server. */
final class HostName {
  private HostName() {}

  static String local() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}

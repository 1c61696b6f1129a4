package dev.lightkeeper.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** The most memory a process had resident: VmHWM of proc_pid_status(5), looked at until it ends. */
final class PeakMemory {
  private static final long EVERY_MILLIS = 50;

  private final AtomicLong kibibytes = new AtomicLong();

  private PeakMemory() {}

  static PeakMemory of(Process process) {
    PeakMemory peak = new PeakMemory();
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (process.isAlive()) {
                  peak.look(status);
                  Thread.sleep(EVERY_MILLIS);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return peak;
  }

  private void look(Path status) {
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          kibibytes.accumulateAndGet(Long.parseLong(line.replaceAll("\\D", "")), Math::max);
        }
      }
    } catch (IOException e) {
      // It has just ended; what was seen until then stands.
    }
  }

  double mebibytes() {
    return kibibytes.get() / 1024.0;
  }
}

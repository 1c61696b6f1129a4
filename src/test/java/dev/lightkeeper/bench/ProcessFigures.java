package dev.lightkeeper.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What Linux says of one process: proc_pid_stat(5), proc_pid_status(5). */
record ProcessFigures(long pid) {
  // USER_HZ, which is 100 on every architecture Linux has a JDK for.
  private static final long TICK_MILLIS = 10;

  /** Time on a processor so far, in user and in kernel mode, in steps of 10 ms. */
  Duration cpuTime() throws IOException {
    String stat = Files.readString(proc("stat"));
    // The second field is the name in parentheses, and may hold spaces.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    return Duration.ofMillis(ticks * TICK_MILLIS);
  }

  /** Memory that is in RAM now. */
  double residentMebibytes() throws IOException {
    for (String line : Files.readAllLines(proc("status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    throw new IOException("no VmRSS in " + proc("status"));
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(pid), file);
  }
}

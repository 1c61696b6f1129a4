package dev.lightkeeper.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One process, told apart from a later one with the same number.
 *
 * @param boot the kernel's id of this boot
 * @param started clock ticks between boot and its start (proc_pid_stat(5), field 22)
 */
record ProcessIdentity(long pid, long started, String boot) {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  static ProcessIdentity current() throws IOException {
    long pid = ProcessHandle.current().pid();
    return new ProcessIdentity(pid, started(pid), Files.readString(BOOT).strip());
  }

  /** Whether it still runs. */
  boolean alive() {
    try {
      return Files.readString(BOOT).strip().equals(boot) && started(pid) == started;
    } catch (IOException e) {
      return false; // its folder is gone
    }
  }

  private static long started(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    // The second field, the name in parentheses, may hold blanks and parentheses.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    // A zombie does nothing any more.
    return fields[0].equals("Z") ? -1 : Long.parseLong(fields[19]);
  }
}

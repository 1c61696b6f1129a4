package dev.lightkeeper.deployment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Processes that outlived the one that started them: a {@code docker-compose down} goes on taking
 * the stack down when its parent was killed. They are known by a variable in their environment.
 */
record Leftovers(String variable, String value) {
  private static final long POLL_MILLIS = 100;

  /** Waits until none is left; kills those that are left after {@code limit}. */
  void await(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    List<ProcessHandle> left = find();
    while (!left.isEmpty()) {
      if (System.nanoTime() > deadline) {
        left.forEach(ProcessHandle::destroyForcibly);
      }
      Thread.sleep(POLL_MILLIS);
      left = find();
    }
  }

  private List<ProcessHandle> find() {
    return ProcessHandle.allProcesses().filter(p -> marked(p.pid())).toList();
  }

  private boolean marked(long pid) {
    try {
      String environment =
          Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
      return ("\0" + environment).contains("\0" + variable + "=" + value + "\0");
    } catch (IOException e) {
      return false; // it ended meanwhile
    }
  }
}

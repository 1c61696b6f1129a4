package dev.lightkeeper.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.survival.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
  @TempDir Path state;

  @Test
  void nobody_holds_a_lock_that_was_never_taken() throws Exception {
    assertThat(ProcessLock.holder(state)).isEmpty();
  }

  @Test
  void a_second_one_is_refused_until_the_first_is_closed() throws Exception {
    try (ProcessLock first = ProcessLock.acquire(state).orElseThrow()) {
      assertThat(first).isNotNull();
      assertThat(ProcessLock.acquire(state)).isEmpty();
    }

    ProcessLock.acquire(state).orElseThrow().close();
  }

  @Test
  void another_process_that_holds_it_is_named_and_keeps_us_out() throws Exception {
    Process daemon = holdInAnotherProcess();
    try {
      assertThat(ProcessLock.holder(state)).contains(daemon.pid());
      assertThat(ProcessLock.acquire(state)).isEmpty();
    } finally {
      daemon.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_killed_process_holds_it_no_more() throws Exception {
    Process daemon = holdInAnotherProcess();
    daemon.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

    assertThat(ProcessLock.holder(state)).isEmpty();
    ProcessLock.acquire(state).orElseThrow().close();
  }

  @Test
  @EnabledIf(value = "dev.lightkeeper.survival.SmallDisk#possible", disabledReason = SmallDisk.WHY)
  void a_full_disk_keeps_nobody_from_it_and_it_keeps_others_out() throws Exception {
    Path full = state.resolve("full");
    try (SmallDisk disk = SmallDisk.at(full, "64k")) {
      disk.fill(full.resolve("ballast"));

      try (ProcessLock first = ProcessLock.acquire(full).orElseThrow()) {
        assertThat(first).isNotNull();
        assertThat(ProcessLock.acquire(full)).isEmpty();
      }

      assertThat(ProcessLock.holder(full)).isEmpty();
    }
  }

  private Process holdInAnotherProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                state.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("held");
    assertThat(Files.readString(state.resolve("lock"))).isEqualTo(process.pid() + "\n");
    return process;
  }

  /** Takes the lock and waits to be killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (ProcessLock lock = ProcessLock.acquire(Path.of(args[0])).orElseThrow()) {
        System.out.println(lock == null ? "not held" : "held");
        Thread.sleep(TimeUnit.MINUTES.toMillis(2));
      }
    }
  }
}

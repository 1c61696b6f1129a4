package dev.lightkeeper.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class EventOverflowTest {
  private static final Path LIMIT = Path.of("/proc/sys/fs/inotify/max_queued_events");

  @TempDir Path temp;

  static boolean mayLower() {
    return Files.isWritable(LIMIT);
  }

  @Test
  @EnabledIf(value = "mayLower", disabledReason = "the kernel's limit is root's to lower")
  void changes_are_told_though_the_kernels_event_queue_overflowed() throws Exception {
    StandInLnd lnd = new StandInLnd(temp.resolve("lnd"));
    lnd.update(1);
    String before = limit();
    Files.writeString(LIMIT, "2");
    try (Watched watched = Watched.byEvents(lnd.file())) {
      for (int round = 0; round < 20; round++) {
        flood();
        watched.awaitContent(lnd.update(round));
      }
      assertThat(watched.told()).hasSizeGreaterThan(20);
    } finally {
      Files.writeString(LIMIT, before);
    }
    assertThat(limit()).isEqualTo(before);
  }

  /** In one read: procfs ends after the first, and Files.readString starts with a single byte. */
  private static String limit() throws IOException {
    byte[] digits = new byte[64];
    try (InputStream in = Files.newInputStream(LIMIT)) {
      return new String(digits, 0, in.read(digits), StandardCharsets.US_ASCII).strip();
    }
  }

  /** More events at once than the queue holds. */
  private void flood() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(2);
    for (int writer = 0; writer < 2; writer++) {
      Path noise = temp.resolve("lnd/noise" + writer);
      Thread.ofPlatform().start(() -> write(noise, done));
    }
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
  }

  private static void write(Path noise, CountDownLatch done) {
    try {
      for (int i = 0; i < 500; i++) {
        Files.write(noise, new byte[1]);
        Files.delete(noise);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      done.countDown();
    }
  }
}

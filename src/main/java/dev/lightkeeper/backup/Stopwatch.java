package dev.lightkeeper.backup;

import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.deployment.DeploymentException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Times steps and tells of their beginnings and ends. */
final class Stopwatch {
  private final BackupWatcher watcher;
  private final Map<BackupStep, Duration> took = new EnumMap<>(BackupStep.class);

  Stopwatch(BackupWatcher watcher) {
    this.watcher = watcher;
  }

  /** What a step does; these are the ways a step can fail. */
  interface Work<T> {
    T run() throws DeploymentException, ArchiveException, IOException, InterruptedException;
  }

  /** Runs one step; one that fails is not timed. */
  <T> T time(BackupStep step, long totalBytes, Work<T> work)
      throws DeploymentException, ArchiveException, IOException, InterruptedException {
    watcher.began(step, totalBytes);
    long begin = System.nanoTime();
    T result = work.run();
    Duration time = Duration.ofNanos(System.nanoTime() - begin);
    took.merge(step, time, Duration::plus);
    watcher.ended(step, time);
    return result;
  }

  Map<BackupStep, Duration> took() {
    return Collections.unmodifiableMap(new EnumMap<>(took));
  }
}

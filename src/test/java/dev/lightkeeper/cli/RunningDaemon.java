package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.health.SystemdNotifier;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.stream.BackupOpener;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.awaitility.Awaitility;

/** The daemon in this process, wired as {@code watch} wires it. */
final class RunningDaemon implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Daemon daemon;
  private final Thread thread;
  private final Journal journal = new Journal();

  private RunningDaemon(Daemon daemon) {
    this.daemon = daemon;
    this.thread =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  try {
                    daemon.run();
                  } catch (CliException e) {
                    throw new IllegalStateException(e);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  /** Starts it with a configuration. */
  static RunningDaemon start(Path file) throws Exception {
    Config config = ConfigFile.read(file, Map.of());
    List<Remote> remotes = new ArrayList<>();
    for (Config.RemoteSection section : config.remotes()) {
      remotes.add(Remotes.of(section));
    }
    RunningDaemon running =
        new RunningDaemon(
            new Daemon(
                Nodes.of(config),
                remotes,
                config,
                SystemdNotifier.of(Map.of()),
                BackupOpener.WITHOUT_KEYS));
    running.journal.listen();
    running.thread.start();
    return running;
  }

  /** Where its journal says that its page is. */
  URI page() {
    String line =
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> said("status page on http"), l -> !l.isEmpty());
    return URI.create(line.substring(line.indexOf("http")));
  }

  /** The first line of its journal that holds {@code words}; empty if none does yet. */
  String said(String words) {
    return journal.lines.stream().filter(l -> l.contains(words)).findFirst().orElse("");
  }

  @Override
  public void close() {
    try {
      daemon.stop();
      thread.join(TimeUnit.SECONDS.toMillis(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    journal.stop();
  }

  private static final class Journal extends Handler {
    // The loggers of a library are collected if nobody holds them.
    private final Logger logger = Logger.getLogger("dev.lightkeeper");
    private final List<String> lines = new CopyOnWriteArrayList<>();

    void listen() {
      logger.addHandler(this);
    }

    void stop() {
      logger.removeHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
      lines.add(new SimpleFormatter().formatMessage(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}

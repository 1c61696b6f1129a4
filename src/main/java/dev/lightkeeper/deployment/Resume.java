package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings back what a {@link Quiesce} stopped, in its process or, after that died, in another. */
public final class Resume {
  private static final Logger LOG = LoggerFactory.getLogger(Resume.class);
  private static final Duration USUAL_LIMIT = Duration.ofMinutes(5);
  private static final long FIRST_WAIT_MILLIS = 200;
  private static final long SETTLING_MILLIS = 1_000;
  private static final long MOST_WAIT_MILLIS = 10_000;

  private final JournalFile file;
  private final Journal journal;
  private final boolean quiet;

  /**
   * @param quiet whether nothing that was asked of the Engine can still be on its way
   */
  Resume(JournalFile file, Journal journal, boolean quiet) {
    this.file = file;
    this.journal = journal;
    this.quiet = quiet;
  }

  /**
   * What a quiesce that did not end left behind.
   *
   * @param state the folder of the journal
   * @return empty if there is nothing, or if another process that still lives is at it
   * @throws DeploymentException of kind JOURNAL if it cannot be read
   */
  public static Optional<Resume> pending(Path state) throws DeploymentException {
    JournalFile file = new JournalFile(state);
    return file.read()
        .filter(j -> j.owner().pid() == ProcessHandle.current().pid() || !j.owner().alive())
        .map(j -> new Resume(file, j, false));
  }

  /** Where the journal is, if there is one. */
  public static Path journal(Path state) {
    return new JournalFile(state).path();
  }

  /** The same as {@link #run(Duration)} with five minutes. */
  public void run() throws DeploymentException {
    run(USUAL_LIMIT);
  }

  /**
   * Starts or unpauses everything, waits until all of it runs, and forgets it. May be called again.
   * An interrupt does not keep it from that, and is kept.
   *
   * @param limit how long it tries again
   * @throws DeploymentException of kind RESUME if something is still not up, with the command to
   *     start it; of kind JOURNAL if all is up and the journal cannot be removed
   */
  public void run(Duration limit) throws DeploymentException {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread work =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    bringBack(limit);
                  } catch (Throwable e) {
                    failure.set(e); // of whatever kind: what is down must not count as up
                  }
                });
    boolean interrupted = false;
    while (true) {
      try {
        work.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (failure.get()) {
      case null -> {}
      case DeploymentException e -> throw e;
      case Throwable e -> throw failed(names(), e);
    }
  }

  /**
   * Leaves it down, for good: a server that was moved away must not start again.
   *
   * @throws DeploymentException of kind JOURNAL if the journal cannot be removed
   */
  public void leaveDown() throws DeploymentException {
    file.delete();
  }

  private void bringBack(Duration limit) throws DeploymentException, InterruptedException {
    claim();
    long deadline = System.nanoTime() + limit.toNanos();
    long wait = FIRST_WAIT_MILLIS;
    while (true) {
      try {
        attempt();
        file.delete();
        return;
      } catch (DeploymentException e) {
        if (e.kind() == Kind.JOURNAL) {
          throw e;
        }
        if (System.nanoTime() + wait * 1_000_000 > deadline) {
          throw failed(names(), e);
        }
      } catch (RuntimeException | Error e) {
        if (System.nanoTime() + wait * 1_000_000 > deadline) {
          throw e;
        }
      }
      Thread.sleep(wait);
      wait = Math.min(MOST_WAIT_MILLIS, wait * 2);
    }
  }

  /**
   * From now on it is this process's to bring everything back. Where that cannot be written, as on
   * a full disk, it does so all the same: two that bring one thing back are better than none.
   */
  private void claim() {
    try {
      ProcessIdentity self = ProcessIdentity.current();
      if (!journal.owner().equals(self)) {
        file.write(journal.ownedBy(self));
      }
    } catch (IOException | DeploymentException e) {
      LOG.warn("{} cannot be written; what is down is started all the same", file.path());
    }
  }

  private void attempt() throws DeploymentException, InterruptedException {
    new Leftovers(Quiesce.MARK, journal.id())
        .await(Duration.ofSeconds(journal.stopTimeoutSeconds()).plusSeconds(30));
    try (Engine engine = Engine.open(URI.create(journal.dockerHost()))) {
      Comeback comeback = new Comeback(engine, journal);
      boolean acted = comeback.run();
      // What a killed process asked for may reach the Engine after us: look until nothing moves.
      for (boolean settled = quiet; !settled; settled = !acted) {
        Thread.sleep(SETTLING_MILLIS);
        acted = comeback.run();
      }
    }
  }

  private List<String> names() {
    return journal.targets().stream().map(Journal.Target::name).toList();
  }

  private DeploymentException failed(List<String> names, Throwable cause) {
    List<String> commands = new ArrayList<>();
    List<String> paused =
        journal.targets().stream()
            .filter(t -> t.measure() == Journal.Measure.PAUSE)
            .map(Journal.Target::name)
            .toList();
    if (!paused.isEmpty()) {
      commands.add("docker unpause " + String.join(" ", paused));
    }
    if (!names.isEmpty()) {
      commands.add("docker start " + String.join(" ", names));
    }
    if (journal.stack() != null) {
      commands.add("btcpay-up.sh");
    }
    return new DeploymentException(
        Kind.RESUME,
        "not everything that was stopped for the backup is up again: "
            + (cause instanceof DeploymentException e ? e.what() : cause),
        "start it yourself: " + String.join("; ", commands) + "; then delete " + file.path(),
        cause);
  }
}

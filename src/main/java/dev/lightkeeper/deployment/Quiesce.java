package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps everything that could write into the archived folders from it: containers of any project,
 * or none, that mount one of them, or a folder around or below it, read-write.
 */
public final class Quiesce {
  /** Marks the compose commands of one quiesce; see {@link Leftovers}. */
  static final String MARK = "LIGHTKEEPER_QUIESCE";

  // Takes minutes to stop, and has but a wallet in the archive, whose database survives a
  // power cut.
  private static final Set<String> PAUSED_RATHER = Set.of("bitcoind");

  private final Engine engine;
  private final BtcpayEnvironment environment;
  private final QuiesceMode mode;
  private final List<Path> archived;

  /**
   * @param archived the folders that are archived, as the Engine names them, such as {@code
   *     /var/lib/docker/volumes/generated_btcpay_datadir/_data}
   */
  public Quiesce(
      Engine engine, BtcpayEnvironment environment, QuiesceMode mode, Collection<Path> archived) {
    this.engine = engine;
    this.environment = environment;
    this.mode = mode;
    this.archived = List.copyOf(archived);
  }

  /** Which containers would be stopped or paused now. */
  public List<HostContainer> targets() throws DeploymentException {
    return engine.containers().stream()
        .filter(c -> c.state().canWrite())
        .filter(c -> wholeStack(c) || writes(c))
        .toList();
  }

  private boolean wholeStack(HostContainer container) {
    return mode == QuiesceMode.STACK && container.in(Deployment.PROJECT);
  }

  private boolean writes(HostContainer container) {
    return archived.stream().anyMatch(f -> container.mounts().stream().anyMatch(m -> m.reaches(f)));
  }

  /**
   * Stops or pauses them. From the first moment on, {@link Resume#pending} knows of it.
   *
   * @param state the folder of the journal
   * @return what brings everything back
   * @throws DeploymentException of kind QUIESCE if one did not stop, COMPOSE, or JOURNAL if an
   *     earlier one is pending: everything is up again; of kind RESUME if something is not
   * @throws InterruptedException if this thread was interrupted; everything is up again
   */
  public Resume begin(Path state) throws DeploymentException, InterruptedException {
    JournalFile file = new JournalFile(state);
    if (file.read().isPresent()) {
      throw new DeploymentException(
          Kind.JOURNAL,
          "an earlier backup stopped containers and did not bring them back: " + file.path(),
          "wait for a backup that is running; otherwise run lightkeeper backup again, which starts"
              + " them first");
    }
    Journal journal;
    try {
      journal = journal();
    } catch (DeploymentException e) {
      if (e.kind() == Kind.INTERRUPTED && Thread.interrupted()) {
        throw new InterruptedException(e.what());
      }
      throw e;
    }
    file.write(journal);
    try {
      stop(journal);
    } catch (DeploymentException | InterruptedException | RuntimeException | Error e) {
      try {
        new Resume(file, journal, false).run();
      } catch (DeploymentException worse) {
        worse.addSuppressed(e);
        throw worse;
      }
      throw e;
    }
    return new Resume(file, journal, true);
  }

  private Journal journal() throws DeploymentException {
    List<Journal.Target> targets = new ArrayList<>();
    List<String> running = new ArrayList<>();
    List<String> stopped = new ArrayList<>();
    for (HostContainer container : engine.containers()) {
      HostContainer.ComposeLabels compose = container.compose();
      if (compose != null && wholeStack(container) && !compose.oneOff()) {
        (container.state().canWrite() ? running : stopped).add(compose.service());
      } else if (container.state().canWrite() && writes(container)) {
        targets.add(target(container));
      }
    }
    try {
      return new Journal(
          Journal.VERSION,
          UUID.randomUUID().toString(),
          Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
          engine.host().toString(),
          environment.profile().toString(),
          environment.composeTimeout().toSeconds(),
          ProcessIdentity.current(),
          targets,
          mode == QuiesceMode.STACK ? new Journal.Stack(running, stopped) : null);
    } catch (IOException e) {
      throw new DeploymentException(
          Kind.JOURNAL, "cannot read /proc: " + e.getMessage(), "mount it", e);
    }
  }

  /** Whether one that is not taken down with the stack is paused in this mode, not stopped. */
  public static boolean pauses(QuiesceMode mode, HostContainer container) {
    HostContainer.ComposeLabels compose = container.compose();
    boolean rather =
        mode == QuiesceMode.PAUSE
            // Stopping it would remove it.
            || container.removedWhenStopped()
            || (compose != null
                && container.in(Deployment.PROJECT)
                && PAUSED_RATHER.contains(compose.service()));
    // Docker pauses nothing that it is about to restart.
    return rather && container.state() != HostContainer.State.RESTARTING;
  }

  private Journal.Target target(HostContainer container) {
    HostContainer.ComposeLabels compose = container.compose();
    return new Journal.Target(
        container.id(),
        container.name(),
        compose == null ? null : compose.project(),
        compose == null ? null : compose.service(),
        pauses(mode, container) ? Journal.Measure.PAUSE : Journal.Measure.STOP,
        container.startedAt(),
        container.state() == HostContainer.State.RESTARTING);
  }

  private void stop(Journal journal) throws DeploymentException, InterruptedException {
    Duration limit = Duration.ofSeconds(journal.stopTimeoutSeconds());
    List<DeploymentException> failures =
        AllAtOnce.run(
            journal.targets(),
            target -> {
              switch (target.measure()) {
                case STOP -> engine.stop(target.id(), limit);
                case PAUSE -> pause(target, limit);
              }
            });
    if (!failures.isEmpty()) {
      DeploymentException first = failures.getFirst();
      DeploymentException e =
          new DeploymentException(Kind.QUIESCE, first.what(), first.remedy(), first);
      failures.stream().skip(1).forEach(e::addSuppressed);
      throw e;
    }
    Journal.Stack stack = journal.stack();
    if (stack != null && !stack.running().isEmpty()) {
      Compose.of(environment, engine.host()).marked(MARK, journal.id()).down();
    }
  }

  /** One that crashes again and again may do so just now. */
  private void pause(Journal.Target target, Duration limit) throws DeploymentException {
    try {
      engine.pause(target.id());
    } catch (DeploymentException e) {
      Optional<HostContainer.State> now = engine.container(target.id()).map(HostContainer::state);
      if (!now.equals(Optional.of(HostContainer.State.RESTARTING))) {
        throw e;
      }
      engine.stop(target.id(), limit);
    }
  }
}

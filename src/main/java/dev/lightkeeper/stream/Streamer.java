package dev.lightkeeper.stream;

import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.Observation;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.scb.Opening;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams observations to every remote, for ever: one thread decides, virtual threads wait.
 *
 * <p>Nothing that fails outside stops it; whatever fails is retried and alerted.
 */
public final class Streamer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Streamer.class);
  private static final long BUSY_TICK = 100;
  private static final long IDLE_TICK = 8_000;

  private sealed interface Mail {
    record Happened(Event event) implements Mail {}

    record Asked(Runnable question) implements Mail {}
  }

  private final BlockingQueue<Mail> mail;
  private final StreamCore core;
  private final Performer performer;
  private final StreamClock clock;
  private final BackupOpener opener;
  private final ExecutorService network = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService disk =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("state").daemon().factory());
  private final Thread loop;
  private boolean busy = true; // the loop's alone: nothing but an event changes it
  private volatile boolean stopped;
  private volatile long revision;

  private Streamer(
      BlockingQueue<Mail> mail,
      StreamCore core,
      Performer performer,
      StreamClock clock,
      BackupOpener opener) {
    this.mail = mail;
    this.core = core;
    this.opener = opener;
    this.performer = performer;
    this.clock = clock;
    this.loop = Thread.ofPlatform().name("stream").unstarted(this::run);
  }

  /** The same without any key: no channel backup is opened. */
  public static Streamer start(
      List<Node> nodes,
      List<Remote> remotes,
      StateStore store,
      WriterIdentity writer,
      StreamSettings settings,
      AlertSink alerts) {
    return start(nodes, remotes, store, writer, settings, alerts, BackupOpener.WITHOUT_KEYS);
  }

  /** Takes up what the state says and begins to connect. */
  public static Streamer start(
      List<Node> nodes,
      List<Remote> remotes,
      StateStore store,
      WriterIdentity writer,
      StreamSettings settings,
      AlertSink alerts,
      BackupOpener opener) {
    StreamClock clock = StreamClock.system();
    StreamCore core =
        new StreamCore(
            nodes,
            remotes.stream().collect(Collectors.toMap(Remote::name, Remote::location)),
            store,
            settings,
            clock,
            new SplittableRandom(),
            writer,
            guarded(opener));
    BlockingQueue<Mail> mail = new LinkedBlockingQueue<>();
    Performer performer =
        new Performer(
            remotes.stream().collect(Collectors.toMap(Remote::name, Function.identity())),
            store,
            alerts,
            event -> mail.add(new Mail.Happened(event)));
    Streamer streamer = new Streamer(mail, core, performer, clock, guarded(opener));
    streamer.loop.start();
    return streamer;
  }

  /** Whatever an opener does, a channel backup is streamed. */
  private static BackupOpener guarded(BackupOpener opener) {
    return (node, backup) -> {
      try {
        return opener.open(node, backup);
      } catch (RuntimeException e) {
        LOG.error("{}: internal error while its channel backup was opened", node, e);
        return new Opening.NotTried();
      }
    };
  }

  /** Takes in one observation, opened on the caller's thread: about a millisecond. */
  public void observe(Observation observation) {
    Opening opening =
        observation instanceof Observation.Captured c
            ? opener.open(c.node(), c.backup())
            : new Opening.NotTried();
    mail.add(new Mail.Happened(new Event.Observed(observation, opening)));
  }

  /** What is known now of every node and remote. */
  public StreamReport report() {
    return ask(() -> StreamReport.of(core));
  }

  /**
   * The same and its history, for whoever would rather go without than wait.
   *
   * @throws TimeoutException if the streaming loop does not answer within {@code patience}
   */
  public Told told(Duration patience) throws TimeoutException, InterruptedException {
    try {
      return asked(() -> new Told(StreamReport.of(core), core.history()))
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("internal error in a report", e.getCause());
    }
  }

  /** What is known now, and what was before. */
  public record Told(StreamReport report, StreamHistory history) {}

  /** Changes whenever {@link #report} may have; asking for it costs nothing. */
  public long revision() {
    return revision;
  }

  /** Whether every remote holds the newest version of every node. */
  public boolean settled() {
    return ask(core::settled);
  }

  private <T> T ask(Supplier<T> question) {
    return asked(question).join();
  }

  private <T> CompletableFuture<T> asked(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    mail.add(
        new Mail.Asked(
            () -> {
              try {
                answer.complete(question.get());
              } catch (RuntimeException e) {
                answer.completeExceptionally(e);
              }
            }));
    return answer;
  }

  private void run() {
    long nextTick = clock.millis();
    while (!stopped) {
      try {
        Mail next = mail.poll(Math.max(0, nextTick - clock.millis()), TimeUnit.MILLISECONDS);
        if (next != null) {
          open(next);
        }
        long now = clock.millis();
        if (now >= nextTick) {
          performer.dead().forEach(this::handle);
          handle(new Event.Tick());
          nextTick = now + (busy ? BUSY_TICK : IDLE_TICK);
        } else if (nextTick - now > BUSY_TICK && busy) {
          nextTick = now + BUSY_TICK;
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("internal error in the streaming loop; it goes on", e);
      }
    }
  }

  private void open(Mail next) {
    switch (next) {
      case Mail.Happened(Event event) -> handle(event);
      case Mail.Asked(Runnable question) -> question.run();
    }
  }

  private void handle(Event event) {
    List<Action> actions = core.handle(event);
    busy = core.busy();
    if (!(event instanceof Event.Tick) || !actions.isEmpty()) {
      changed();
    }
    for (Action action : actions) {
      switch (action) {
        case Action.Raise _, Action.Clear _ -> perform(action);
        case Action.Store _, Action.Discard _, Action.SaveLedger _ ->
            disk.execute(() -> perform(action));
        case Action.Connect _, Action.Disconnect _, Action.OnNode _ ->
            network.execute(() -> perform(action));
      }
    }
  }

  // Written by the loop's thread alone.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void changed() {
    revision++;
  }

  private void perform(Action action) {
    try {
      Event event = performer.perform(action);
      if (event != null) {
        mail.add(new Mail.Happened(event));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.error("internal error in {}", action.getClass().getSimpleName(), e);
      failedInside(action, e);
    }
  }

  /** An unforeseen failure is a failed action: the core must not wait for it for ever. */
  private void failedInside(Action action, Throwable e) {
    RemoteException error =
        new RemoteException(
            RemoteException.Kind.UNREACHABLE,
            "internal error: " + e,
            "report it with the journal's lines around it",
            e);
    switch (action) {
      case Action.OnNode a -> mail.add(new Mail.Happened(new Event.Failed(a, error)));
      case Action.Connect a ->
          mail.add(new Mail.Happened(new Event.ConnectFailed(a.remote(), a.connection(), error)));
      case Action.Store a ->
          mail.add(new Mail.Happened(new Event.StoreFailed(a.node(), a.version(), e.toString())));
      case Action.SaveLedger a ->
          mail.add(new Mail.Happened(new Event.LedgerFailed(a.ledger().node(), e.toString())));
      case Action.Disconnect _, Action.Discard _, Action.Raise _, Action.Clear _ -> {}
    }
  }

  /**
   * Goes on publishing until every remote holds everything, at most for {@code limit}; then stops.
   * What is left is in the spool.
   *
   * @return what not every remote holds yet
   */
  public Leftover stop(Duration limit) {
    long end = clock.millis() + limit.toMillis();
    try {
      while (clock.millis() < end && !ask(() -> core.settled() && core.flushed())) {
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<StatusReport.HoldingStatus> left =
        report().remotes().stream()
            .flatMap(r -> r.nodes().stream())
            .filter(h -> !h.upToDate() || h.behind() > 0)
            .toList();
    List<String> unkept = new CopyOnWriteArrayList<>();
    ask(
        () -> {
          core.finalActions().forEach(action -> disk.execute(() -> keep(action, unkept)));
          return true;
        });
    close();
    return new Leftover(left, unkept);
  }

  private void keep(Action action, List<String> unkept) {
    try {
      switch (performer.perform(action)) {
        case Event.StoreFailed e ->
            unkept.add(
                "%s: version %d is not in the spool: %s"
                    .formatted(e.node(), e.version().sequence(), e.reason()));
        case Event.LedgerFailed e ->
            unkept.add("%s: its ledger was not written: %s".formatted(e.node(), e.reason()));
        case null, default -> {}
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What a streamer that ended leaves.
   *
   * @param behind what not every remote holds yet
   * @param unkept what could not be written to the state folder either: one sentence each
   */
  public record Leftover(List<StatusReport.HoldingStatus> behind, List<String> unkept) {
    public Leftover {
      behind = List.copyOf(behind);
      unkept = List.copyOf(unkept);
    }
  }

  /** Stops at once, as a crash would, but tidily. */
  @Override
  public void close() {
    stopped = true;
    loop.interrupt();
    try {
      loop.join(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    disk.shutdown();
    network.shutdownNow();
    try {
      if (!disk.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("the state folder is slow: its last writes may be missing");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    performer.closeAll();
  }
}

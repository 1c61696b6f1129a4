package dev.lightkeeper.recover;

import dev.lightkeeper.recover.ChannelStanding.Stage;
import dev.lightkeeper.recover.RecoverException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Recovers one node's channels from its channel backup: waits until the node is ready, has it
 * verify the file, asks, runs the node's own recovery as often as it takes, and follows each
 * channel. That the node's command succeeded says nothing about a channel: only its standing does.
 * Fine to be interrupted and to be run again at any time.
 */
public final class Recovery {
  private static final Duration PACE = Duration.ofSeconds(3);
  private static final int MOST_FAILURES_IN_A_ROW = 20;

  private final NodeCli cli;
  private final RecoveryWatcher watcher;
  private final Duration pace;
  private final Map<String, ChannelStanding> told = new HashMap<>();

  /** Of the node behind {@code cli}. */
  public Recovery(NodeCli cli, RecoveryWatcher watcher) {
    this(cli, watcher, PACE);
  }

  /**
   * @param pace between two looks at the node
   */
  public Recovery(NodeCli cli, RecoveryWatcher watcher, Duration pace) {
    this.cli = cli;
    this.watcher = watcher;
    this.pace = pace;
  }

  /**
   * Runs until every channel is settled on chain, or {@code wait} is over.
   *
   * @param wait how long channels are followed once recovery was begun; null for without end
   * @throws RecoverException if it could not be begun, or the node does not answer any more
   */
  public Outcome run(@Nullable Duration wait)
      throws RecoverException, IOException, InterruptedException {
    awaitReady();
    Optional<List<String>> named = cli.verify();
    if (named.isPresent() && named.get().isEmpty()) {
      watcher.note("the channel backup holds no channel: there is nothing to recover");
      return new Outcome(true, List.of());
    }
    if (!takenUp(named)) {
      Optional<List<String>> closing =
          named.isPresent()
              ? Optional.of(missing(named).stream().map(ChannelStanding::channel).toList())
              : Optional.empty();
      if (!watcher.confirm(closing)) {
        return new Outcome(false, List.of());
      }
      takeUp(named);
    }
    return new Outcome(true, follow(named, wait));
  }

  private void awaitReady() throws RecoverException, InterruptedException {
    String before = "";
    while (true) {
      NodeState state = state();
      String now =
          switch (state) {
            case NodeState.Ready() -> "";
            case NodeState.Starting(String why) -> "waiting for the node to start: " + why;
            case NodeState.Locked() ->
                "waiting for the wallet to be unlocked; BTCPay Server does that by itself, or:"
                    + " lncli unlock";
            case NodeState.Syncing(String progress) ->
                "waiting for the node to be in step with the chain: it is at " + progress;
          };
      if (now.isEmpty()) {
        return;
      }
      if (!now.equals(before)) {
        watcher.note(now);
        before = now;
      }
      Thread.sleep(pace);
    }
  }

  private NodeState state() throws RecoverException, InterruptedException {
    try {
      return cli.state();
    } catch (RecoverException e) {
      if (e.kind() == Kind.NOT_RUNNING) {
        return new NodeState.Starting(e.what());
      }
      throw e;
    }
  }

  /** What the node has not taken up; where it names none beforehand, that is known only then. */
  private List<ChannelStanding> missing(Optional<List<String>> named)
      throws RecoverException, InterruptedException {
    return standings(named).stream().filter(c -> c.stage() == Stage.MISSING).toList();
  }

  /** Whether an earlier run got as far as it can. */
  private boolean takenUp(Optional<List<String>> named)
      throws RecoverException, InterruptedException {
    return named.isPresent()
        ? missing(named).isEmpty()
        : standings(named).stream().anyMatch(c -> c.stage() != Stage.OPEN);
  }

  /** A peer that cannot be reached may end a run; the next one goes on with those after it. */
  private void takeUp(Optional<List<String>> named) throws RecoverException, InterruptedException {
    int before = Integer.MAX_VALUE;
    while (true) {
      NodeCli.Attempt attempt = cli.recover();
      int missing = missing(named).size();
      if (attempt.well() && missing == 0) {
        watcher.note("the node has taken up every channel: now it is up to the peers");
        return;
      }
      if (named.isEmpty()) {
        throw new RecoverException(
            Kind.FAILED,
            "the node's own recovery failed: " + attempt.said(),
            "see to that, then run this again: lightkeeper restore --recover");
      }
      if (missing == 0) {
        watcher.note("the node has taken up every channel, and says: " + attempt.said());
        return;
      }
      if (missing >= before) {
        watcher.note(
            "the node does not take up %d channels: %s".formatted(missing, attempt.said()));
        return;
      }
      before = missing;
      watcher.note("not all channels are taken up, trying again: " + attempt.said());
      Thread.sleep(pace);
    }
  }

  private List<ChannelStanding> follow(Optional<List<String>> named, @Nullable Duration wait)
      throws RecoverException, InterruptedException {
    long begun = System.nanoTime();
    Set<String> advised = new HashSet<>();
    List<ChannelStanding> now = List.of();
    int failures = 0;
    while (true) {
      try {
        now = standings(named);
        failures = 0;
      } catch (RecoverException e) {
        failures++;
        if (failures > MOST_FAILURES_IN_A_ROW) {
          throw e;
        }
        watcher.note("the node does not answer: " + e.what());
      }
      for (ChannelStanding channel : now) {
        if (!channel.equals(told.put(channel.channel(), channel))) {
          watcher.standing(channel);
          String advice = cli.advice(channel);
          if (!advice.isEmpty() && advised.add(channel.channel() + advice)) {
            watcher.note(channel.channel() + ": " + advice);
          }
        }
      }
      boolean over = wait != null && System.nanoTime() - begun >= wait.toNanos();
      if (over || (failures == 0 && now.stream().allMatch(ChannelStanding::settled))) {
        return now;
      }
      Thread.sleep(pace);
    }
  }

  /** The named ones, known to the node or not; all that the node knows if none are named. */
  private List<ChannelStanding> standings(Optional<List<String>> named)
      throws RecoverException, InterruptedException {
    List<ChannelStanding> known = cli.channels();
    if (named.isEmpty()) {
      return known;
    }
    Map<String, ChannelStanding> byName =
        known.stream()
            .collect(
                Collectors.toMap(
                    ChannelStanding::channel, Function.identity(), (first, _) -> first));
    List<ChannelStanding> all = new ArrayList<>();
    for (String channel : named.get()) {
      all.add(byName.getOrDefault(channel, ChannelStanding.missing(channel)));
    }
    return all;
  }
}

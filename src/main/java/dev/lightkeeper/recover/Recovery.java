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
  private final Set<String> advised = new HashSet<>();
  // Empty until the node has named them; some only do so by recovering them.
  private @Nullable List<String> named;
  private List<ChannelStanding> last = List.of();
  private int failures;
  private boolean unaccounted;

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
   * Waits for the node, has it verify the channel backup, asks, and has the node take every channel
   * up. What an earlier run did is not done again.
   *
   * @return false if it was not confirmed: then nothing was done
   * @throws RecoverException if it cannot be begun
   */
  public boolean begin() throws RecoverException, IOException, InterruptedException {
    awaitReady();
    named = cli.verify().orElse(null);
    if (named != null && named.isEmpty()) {
      watcher.note("the channel backup holds no channel: there is nothing to recover");
      return true;
    }
    if (takenUp()) {
      return true;
    }
    Optional<List<String>> closing =
        named != null
            ? Optional.of(missing().stream().map(ChannelStanding::channel).toList())
            : Optional.empty();
    if (!watcher.confirm(closing)) {
      return false;
    }
    takeUp();
    return true;
  }

  private void awaitReady() throws RecoverException, InterruptedException {
    String before = "";
    while (true) {
      NodeState state = state();
      String now =
          switch (state) {
            case NodeState.Ready() -> "";
            case NodeState.Silent(String why) -> "waiting for the node to start: " + why;
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
        return new NodeState.Silent(e.what());
      }
      throw e;
    }
  }

  /** What the node has not taken up; where it names none beforehand, that is known only then. */
  private List<ChannelStanding> missing() throws RecoverException, InterruptedException {
    return standings().stream().filter(c -> c.stage() == Stage.MISSING).toList();
  }

  /** Whether an earlier run got as far as it can. */
  private boolean takenUp() throws RecoverException, InterruptedException {
    return named != null ? missing().isEmpty() : cli.tookUpAny();
  }

  /** A peer that cannot be reached may end a run; the next one goes on with those after it. */
  private void takeUp() throws RecoverException, InterruptedException {
    int before = Integer.MAX_VALUE;
    while (true) {
      NodeCli.Attempt attempt = cli.recover();
      int missing = missing().size();
      if (attempt.well() && named == null && !cli.tookUpAny()) {
        unaccounted = true;
        watcher.note(
            "the node took no channel up, though its channel backup held some: "
                + cli.advice(ChannelStanding.missing("")));
        return;
      }
      if (attempt.well() && missing == 0) {
        watcher.note("the node has taken up every channel: now it is up to the peers");
        return;
      }
      if (named == null) {
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

  /**
   * Looks at the node once, and tells what is new.
   *
   * @return every channel's standing, as of the last look at which the node answered
   * @throws RecoverException if it has not answered for many looks
   */
  public List<ChannelStanding> look() throws RecoverException, InterruptedException {
    try {
      last = standings();
      failures = 0;
    } catch (RecoverException e) {
      failures++;
      if (failures > MOST_FAILURES_IN_A_ROW) {
        throw e;
      }
      watcher.note("the node does not answer: " + e.what());
      return last;
    }
    for (ChannelStanding channel : last) {
      if (channel.equals(told.put(channel.channel(), channel))) {
        continue;
      }
      watcher.standing(channel);
      String advice = cli.advice(channel);
      if (!advice.isEmpty() && advised.add(channel.channel() + advice)) {
        watcher.note(channel.channel() + ": " + advice);
      }
    }
    return last;
  }

  /** Whether at the last look, which succeeded, nothing was left to wait for. */
  public boolean settled() {
    return failures == 0 && last.stream().allMatch(ChannelStanding::settled);
  }

  /** Whether at the last look every channel needed no more than blocks. */
  public boolean onItsWay() {
    return !unaccounted && last.stream().allMatch(ChannelStanding::onItsWay);
  }

  /** The named ones, known to the node or not; all that the node knows if none are named. */
  private List<ChannelStanding> standings() throws RecoverException, InterruptedException {
    List<ChannelStanding> known = cli.channels();
    List<String> names = named;
    if (names == null) {
      return known;
    }
    Map<String, ChannelStanding> byName =
        known.stream()
            .collect(
                Collectors.toMap(
                    ChannelStanding::channel, Function.identity(), (first, _) -> first));
    List<ChannelStanding> all = new ArrayList<>();
    for (String channel : names) {
      all.add(byName.getOrDefault(channel, ChannelStanding.missing(channel)));
    }
    return all;
  }
}

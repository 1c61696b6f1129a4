package dev.lightkeeper.recover;

import java.util.List;
import java.util.Optional;

/** What recovery asks of a node, through the command that comes with it. */
public sealed interface NodeCli permits LndCli, ClnCli {
  /**
   * How one run of the node's own recovery ended.
   *
   * @param said what it printed or complained of, for a person
   */
  record Attempt(boolean well, String said) {}

  /**
   * How far it is.
   *
   * @throws RecoverException of kind NO_WALLET
   */
  NodeState state() throws RecoverException, InterruptedException;

  /**
   * The channels that its channel backup holds, once the node has opened it with its own key; empty
   * if the node can only say so by recovering them.
   *
   * @throws RecoverException of kind WRONG_BACKUP if the node cannot open it
   */
  Optional<List<String>> verify() throws RecoverException, InterruptedException;

  /** Runs the node's own recovery; fine to be run again. */
  Attempt recover() throws RecoverException, InterruptedException;

  /**
   * Whether recovery has had it take up any channel, where its channel backup does not name them.
   */
  boolean tookUpAny() throws RecoverException, InterruptedException;

  /** Every channel that the node knows. */
  List<ChannelStanding> channels() throws RecoverException, InterruptedException;

  /** What a person can do about a channel that does not move; one sentence without a full stop. */
  String advice(ChannelStanding channel);
}

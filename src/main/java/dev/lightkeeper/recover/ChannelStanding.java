package dev.lightkeeper.recover;

/**
 * How far one channel's recovery is, as the node itself says now.
 *
 * @param channel its name at this node: LND's funding outpoint, Core Lightning's channel id
 * @param peer the peer's public key; empty if the node does not say
 * @param connected whether the node has a connection to the peer
 * @param closing the transaction that closes it; empty if none was seen
 * @param detail what else is known, for a person; may be empty
 */
public record ChannelStanding(
    String channel, String peer, Stage stage, boolean connected, String closing, String detail) {
  /** How far. */
  public enum Stage {
    /** It is in the channel backup, and the node has not taken it up. */
    MISSING,
    /** The node asks the peer to close it; nothing was seen on chain. */
    WAITING,
    /** A closing transaction was seen; the funds are not all back yet. */
    CLOSING,
    /** It is resolved on chain. */
    CLOSED,
    /** It is an ordinary open channel of this node: there is nothing to recover. */
    OPEN
  }

  /** One that the node does not know. */
  static ChannelStanding missing(String channel) {
    return new ChannelStanding(channel, "", Stage.MISSING, false, "", "");
  }

  /** Whether nothing but the passing of blocks is needed any more. */
  public boolean onItsWay() {
    return switch (stage) {
      case CLOSING, CLOSED, OPEN -> true;
      case MISSING, WAITING -> false;
    };
  }

  /** Whether nothing will change any more. */
  public boolean settled() {
    return stage == Stage.CLOSED || stage == Stage.OPEN;
  }
}

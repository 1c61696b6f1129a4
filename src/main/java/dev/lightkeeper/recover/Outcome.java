package dev.lightkeeper.recover;

import java.util.List;

/**
 * What a recovery came to so far.
 *
 * @param begun false if it was not confirmed: then nothing was done
 * @param channels of the channel backup, each with its standing
 */
public record Outcome(boolean begun, List<ChannelStanding> channels) {
  public Outcome {
    channels = List.copyOf(channels);
  }

  /** Whether every channel needs no more than blocks. */
  public boolean allOnTheirWay() {
    return begun && channels.stream().allMatch(ChannelStanding::onItsWay);
  }
}

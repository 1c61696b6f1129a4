package dev.lightkeeper.scb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel as a channel backup describes it.
 *
 * @param peer the peer's public key, 66 hexadecimal digits
 * @param fundingTxid as explorers and nodes write it
 * @param capacity in satoshis
 * @param addresses where the peer was last reached, {@code host:port}; may be none
 * @param shortChannelId {@code block x transaction x output}; null where the backup does not say,
 *     or the channel was not confirmed yet
 * @param channelId as the peers call it (BOLT 2), 64 hexadecimal digits; null where the backup does
 *     not say
 * @param type the commitment's kind, for people
 */
public record BackedUpChannel(
    String peer,
    String fundingTxid,
    long fundingOutput,
    long capacity,
    List<String> addresses,
    @Nullable String shortChannelId,
    @Nullable String channelId,
    String type) {
  public BackedUpChannel {
    addresses = List.copyOf(addresses);
  }

  /** {@code txid:output}: what tells one channel from every other. */
  public String outpoint() {
    return fundingTxid + ":" + fundingOutput;
  }
}

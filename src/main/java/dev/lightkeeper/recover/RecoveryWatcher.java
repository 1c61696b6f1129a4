package dev.lightkeeper.recover;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Is told how a recovery goes, and decides whether it begins. */
public interface RecoveryWatcher {
  /** Something happened, or is waited for: one sentence. */
  void note(String line);

  /**
   * Whether the peers are to be asked to close these channels; the one question.
   *
   * @param channels empty if the node names them only once they are being recovered
   */
  boolean confirm(Optional<List<String>> channels) throws IOException;

  /** A channel's standing is known now, or is another than before. */
  void standing(ChannelStanding channel);
}

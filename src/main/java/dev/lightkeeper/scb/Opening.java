package dev.lightkeeper.scb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of opening a channel backup with a key. */
public sealed interface Opening {
  /** Nobody could try: there is no key, or it is no file of a node. */
  record NotTried() implements Opening {}

  /**
   * The key does not open it: it is damaged, another node's, or the key is wrong.
   *
   * @param why one sentence without a full stop
   */
  record NotOpened(String why) implements Opening {}

  /**
   * It is authentic: written by whoever has the key, and whole.
   *
   * @param channels those that could be read
   * @param undescribed entries that are there and could not be read
   * @param counted false if the file is of a version in which nobody here can count
   * @param note what could not be read, for people; null if all was
   * @param identity {@link BackupKey#identity} of the key that opened it; null if that is not known
   */
  record Opened(
      List<BackedUpChannel> channels,
      int undescribed,
      boolean counted,
      @Nullable String note,
      @Nullable String identity)
      implements Opening {
    public Opened {
      channels = List.copyOf(channels);
    }

    /** The same without saying whose. */
    public Opened(
        List<BackedUpChannel> channels, int undescribed, boolean counted, @Nullable String note) {
      this(channels, undescribed, counted, note, null);
    }

    /** The same, opened with {@code key}. */
    Opened by(BackupKey key) {
      return new Opened(channels, undescribed, counted, note, key.identity());
    }

    /** How many channels it holds; null if that is not known. */
    public @Nullable Integer count() {
      return counted ? channels.size() + undescribed : null;
    }

    /** Whether every entry was read, so that a channel not listed is not in it. */
    public boolean complete() {
      return counted && undescribed == 0;
    }
  }
}

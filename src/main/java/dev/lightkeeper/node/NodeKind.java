package dev.lightkeeper.node;

/** The implementations whose channel backup is known; {@link #FILE} is any other file. */
public enum NodeKind {
  /** LND: {@code channel.backup}; 45 bytes when it holds no channels (nonce, tag, header). */
  LND("lnd", 45),
  /** Core Lightning: {@code emergency.recover}; 57 bytes when it holds no channels. */
  CLN("cln", 57),
  /** Any other file; only 0 bytes count as empty. */
  FILE("file", 0);

  private final String id;
  private final int emptySize;

  NodeKind(String id, int emptySize) {
    this.id = id;
    this.emptySize = emptySize;
  }

  /** The word used in the configuration file. */
  public String id() {
    return id;
  }

  /** Whether a channel backup of {@code size} bytes can hold no channel at all. */
  public boolean holdsNoChannel(long size) {
    return size <= emptySize;
  }
}

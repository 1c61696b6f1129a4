package dev.lightkeeper.node;

/** A channel backup's content at one moment. Immutable: bytes are copied in and out. */
public final class ChannelBackup {
  /** Larger than any node's file (LND writes about 700 bytes a channel); 8 MiB. */
  public static final int MAX_SIZE = 8 << 20;

  private final byte[] bytes;
  private final Sha256 hash;

  private ChannelBackup(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Sha256.of(bytes);
  }

  /**
   * A channel backup that holds {@code bytes}.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_SIZE}
   */
  public static ChannelBackup of(byte[] bytes) {
    if (bytes.length > MAX_SIZE) {
      throw new IllegalArgumentException(bytes.length + " bytes are too many");
    }
    return new ChannelBackup(bytes.clone());
  }

  /** A fresh copy of the content. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The size in bytes. */
  public int size() {
    return bytes.length;
  }

  /** The SHA-256 of the content. */
  public Sha256 hash() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChannelBackup that && hash.equals(that.hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  /** Says size and hash, never the content. */
  @Override
  public String toString() {
    return bytes.length + " bytes, " + hash.abbreviated();
  }
}

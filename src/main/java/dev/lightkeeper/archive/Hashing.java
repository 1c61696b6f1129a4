package dev.lightkeeper.archive;

import dev.lightkeeper.node.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** SHA-256, of buffers and streams. */
final class Hashing {
  private Hashing() {}

  static MessageDigest sha256() {
    return Sha256.digest();
  }

  /** The hash of what remains, which stays as it is. */
  static Sha256 of(ByteBuffer bytes) {
    MessageDigest digest = sha256();
    digest.update(bytes.duplicate());
    return finish(digest);
  }

  /** The hash of what {@code digest} was given. */
  static Sha256 finish(MessageDigest digest) {
    return Sha256.of(digest);
  }
}

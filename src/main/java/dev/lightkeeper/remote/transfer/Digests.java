package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.RemoteException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** SHA-256 of what is too large to have in memory. */
final class Digests {
  private static final int PIECE = 256 << 10;

  private Digests() {}

  /** The hash of a stretch of a source. */
  static Sha256 of(Lane.Source source, long from, long length) throws IOException {
    MessageDigest digest = Sha256.digest();
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    for (long at = from, end = from + length; at < end; ) {
      buffer.clear().limit((int) Math.min(PIECE, end - at));
      int n = source.read(buffer, at);
      if (n < 0) {
        throw new EOFException("it ends after " + at + " bytes");
      }
      digest.update(buffer.flip());
      at += n;
    }
    return Sha256.of(digest);
  }

  /** The hash of a stretch of a remote file. */
  static Sha256 of(Lane.Content content, Segment segment, RateLimit limit)
      throws RemoteException, IOException, InterruptedException {
    MessageDigest digest = Sha256.digest();
    content.read(segment.from(), segment.length(), (data, n) -> digest.update(data, 0, n), limit);
    return Sha256.of(digest);
  }
}

package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveManifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Whether a local archive still is what its manifest says; found out while it is being sent. */
final class Soundness implements AutoCloseable {
  private final FutureTask<Sha256> hash;
  private final long size;
  private final ArchiveManifest expected;

  private Soundness(FutureTask<Sha256> hash, long size, ArchiveManifest expected) {
    this.hash = hash;
    this.size = size;
    this.expected = expected;
  }

  static Soundness check(FileChannel source, long size, ArchiveManifest expected) {
    FutureTask<Sha256> hash = new FutureTask<>(() -> Digests.of(source::read, 0, size));
    Thread.ofPlatform().daemon().name("archive-hash").start(hash);
    return new Soundness(hash, size, expected);
  }

  /**
   * @throws IOException if it is not
   */
  void require(Path file) throws IOException, InterruptedException {
    try {
      if (size != expected.size() || !hash.get().equals(expected.hash())) {
        throw new IOException(
            file + " is not what its manifest says: it was damaged since it was written");
      }
    } catch (ExecutionException e) {
      throw new IOException(file + " cannot be read", e.getCause());
    }
  }

  @Override
  public void close() {
    boolean _ = hash.cancel(false);
  }
}

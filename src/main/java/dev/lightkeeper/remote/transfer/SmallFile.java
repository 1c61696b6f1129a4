package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;

/** Files that fit in memory, such as manifests. */
final class SmallFile {
  private SmallFile() {}

  /**
   * Puts {@code content} at {@code name}, whole or not at all; harmless if it is there already.
   *
   * @throws RemoteException of kind FAILED if something else is there
   */
  static void place(Lane lane, String name, byte[] content)
      throws RemoteException, InterruptedException {
    String part = PartName.fresh(name);
    try (Lane.Part file = lane.create(part)) {
      file.write(
          (into, at) -> {
            int n = Math.min(into.remaining(), content.length - (int) at);
            into.put(content, (int) at, n);
            return n;
          },
          0,
          content.length,
          RateLimit.none());
      if (lane.rename(part, name)) {
        file.sync();
        return;
      }
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
    boolean _ = lane.remove(part);
    if (!Arrays.equals(read(lane, name), content)) {
      throw new RemoteException(
          Kind.FAILED,
          name + " is there already and holds something else",
          "look into the folder archives: something else writes there",
          null);
    }
  }

  /**
   * A file's content.
   *
   * @throws RemoteException of kind NOT_FOUND, or of kind TORN if it is too large for a manifest
   */
  static byte[] read(Lane lane, String name) throws RemoteException, InterruptedException {
    OptionalLong size = lane.size(name);
    if (size.isEmpty()) {
      throw new RemoteException(
          Kind.NOT_FOUND,
          "archives/" + name + " is not there",
          "see what is there with 'lightkeeper archives'",
          null);
    }
    if (size.getAsLong() > ArchiveManifest.MAX_SIZE) {
      throw new RemoteException(
          Kind.TORN,
          "archives/%s has %d bytes: that is no manifest".formatted(name, size.getAsLong()),
          "use another archive or remote",
          null);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Lane.Content content = lane.read(name)) {
      content.read(0, size.getAsLong(), (data, n) -> bytes.write(data, 0, n), RateLimit.none());
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
    return bytes.toByteArray();
  }
}

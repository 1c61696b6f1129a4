package dev.lightkeeper.handoff;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Channel databases as they are now: what an archive holds that was made this moment. */
public final class OnDisk {
  private OnDisk() {}

  /** Those of {@code nodes}, by their absolute paths. */
  public static Map<String, Sha256> databases(List<Node> nodes) throws IOException {
    Map<String, Sha256> hashes = new HashMap<>();
    for (Node node : nodes) {
      for (Path file : ChannelDatabases.of(node)) {
        hashes.put(file.toString(), ChannelDatabases.hash(file));
      }
    }
    return hashes;
  }
}

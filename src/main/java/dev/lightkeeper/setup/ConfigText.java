package dev.lightkeeper.setup;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.Config.NodeSection;
import dev.lightkeeper.config.Config.RemoteSection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes a configuration down as a person would. */
public final class ConfigText {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private ConfigText() {}

  /** TOML that reads back as the state, nodes and remotes of {@code config}. */
  public static String of(Config config) {
    StringBuilder toml = new StringBuilder("# Written by 'lightkeeper init'.\n\n");
    entry(toml, "state", config.state());
    for (NodeSection node : config.nodes()) {
      toml.append("\n[nodes.").append(key(node.name())).append("]\n");
      entry(toml, "kind", node.kind());
      entry(toml, "file", node.file());
    }
    for (RemoteSection remote : config.remotes()) {
      toml.append("\n[remotes.").append(key(remote.name())).append("]\n");
      entry(toml, "url", remote.url());
      entry(toml, "key", remote.key());
      entry(toml, "known_hosts", remote.knownHosts());
      entry(toml, "proxy", remote.proxy());
    }
    return toml.toString();
  }

  private static void entry(StringBuilder toml, String key, @Nullable Object value) {
    if (value != null) {
      toml.append(key).append(" = ").append(quoted(value.toString())).append('\n');
    }
  }

  private static String key(String name) {
    return name.indexOf('.') < 0 ? name : quoted(name);
  }

  private static String quoted(String text) {
    String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
    return CONTROL
        .matcher("\"" + escaped + "\"")
        .replaceAll(m -> "\\\\u%04x".formatted((int) m.group().charAt(0)));
  }
}

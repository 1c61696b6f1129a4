package dev.lightkeeper.node;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the path of a file says about it: whether it is channel state, which must never come back on
 * line from a copy, or a node's identity, without which a copy is of no use. Paths are relative,
 * such as {@code volumes/generated_lnd_bitcoin_datadir/_data/data/graph/mainnet/channel.db}; case
 * does not matter. What a file holds is {@link ContentScan}'s business.
 */
public final class ToxicFiles {
  private record Named(String name, String whose) {}

  // With anything behind it that a copy is given: -wal, -shm, -journal, .bak, .old, .gz, ~
  private static final List<Named> STATE =
      List.of(
          new Named("channel.db", "LND"),
          new Named("channel.sqlite", "LND"),
          new Named("lnd.sqlite", "LND"),
          new Named("sphinxreplay.db", "LND"),
          new Named("wtclient.db", "LND"),
          new Named("lightningd.sqlite3", "Core Lightning"),
          new Named("eclair.sqlite", "Eclair"));
  private static final Pattern GRAPH = Pattern.compile("(^|.*/)data/graph/.+");
  private static final Pattern PHOENIX = Pattern.compile("phoenix\\..+\\.db([-._~].*)?");
  // backup.dbak, by default: the file of Core Lightning's backup plugin.
  private static final Pattern PLUGIN = Pattern.compile(".+\\.dbak([-._~].*)?");
  private static final Set<String> IDENTITY =
      Set.of(
          "wallet.db",
          "chain.sqlite",
          "walletunlock.json",
          "macaroons.db",
          "hsm_secret",
          "seed.dat",
          "node_seed.dat",
          "channel_seed.dat");
  private static final Pattern NODE_VOLUME =
      Pattern.compile("volumes/[^/]*(lnd|clightning|lightning|eclair|phoenix)[^/]*(/.*)?");

  private ToxicFiles() {}

  /** Why the file at {@code path} is channel state by its name; empty if its name does not say. */
  public static Optional<String> channelState(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    String name = lower.substring(lower.lastIndexOf('/') + 1);
    for (Named named : STATE) {
      if (name.startsWith(named.name) && endsOrGoesOn(name, named.name.length())) {
        return Optional.of(named.whose + "'s channel database, by its name");
      }
    }
    if (GRAPH.matcher(lower).matches()) {
      return Optional.of("in LND's folder of channel databases");
    }
    if (PHOENIX.matcher(name).matches()) {
      return Optional.of("phoenixd's channel database, by its name");
    }
    if (PLUGIN.matcher(name).matches()) {
      return Optional.of("the file of Core Lightning's backup plugin, by its name");
    }
    return Optional.empty();
  }

  /** Whether it is, by its name, channel state of an implementation that is only known by sight. */
  public static boolean ofOtherNode(String path) {
    return channelState(path)
        .filter(why -> why.startsWith("Eclair") || why.startsWith("phoenixd"))
        .isPresent();
  }

  private static boolean endsOrGoesOn(String name, int end) {
    return name.length() == end || "-._~".indexOf(name.charAt(end)) >= 0;
  }

  /** Whether the file at {@code path} is, or is part of, a node's identity. */
  public static boolean identity(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return IDENTITY.contains(name) || name.endsWith(".macaroon");
  }

  /** Whether {@code path} is in a volume that, by its name, is a Lightning node's. */
  public static boolean inNodeVolume(String path) {
    return NODE_VOLUME.matcher(path.toLowerCase(Locale.ROOT)).matches();
  }
}

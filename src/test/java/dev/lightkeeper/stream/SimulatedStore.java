package dev.lightkeeper.stream;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Version;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A state folder on a disk that fills up; what it wrote outlives the daemon. */
final class SimulatedStore implements StateStore {
  private final RandomGenerator random;
  private final Map<NodeName, Ledger> ledgers = new HashMap<>();
  private final Map<NodeName, TreeMap<Version, ChannelBackup>> spool = new HashMap<>();
  boolean full;
  @Nullable Bug bug;

  SimulatedStore(RandomGenerator random) {
    this.random = random;
  }

  private void room() throws IOException {
    if (full && random.nextInt(4) != 0) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public Ledger ledger(NodeName node) {
    return ledgers.getOrDefault(node, Ledger.fresh(node));
  }

  @Override
  public void save(Ledger ledger) throws IOException {
    room();
    ledgers.put(ledger.node(), bug == Bug.LEDGER_SAVED_BEFORE_THE_UPLOAD ? ahead(ledger) : ledger);
  }

  private static Ledger ahead(Ledger ledger) {
    Map<String, Ledger.Holding> holdings = new HashMap<>();
    ledger
        .holdings()
        .forEach(
            (remote, h) ->
                holdings.put(
                    remote,
                    new Ledger.Holding(
                        ledger.newest(), true, h.durableAt(), 0L, 0, h.seenWriters())));
    return new Ledger(
        ledger.node(),
        ledger.lastSequence(),
        ledger.newest(),
        ledger.good(),
        holdings,
        ledger.inventory());
  }

  @Override
  public List<Kept> spooled(NodeName node) {
    return spool.getOrDefault(node, new TreeMap<>()).entrySet().stream()
        .map(e -> new Kept(e.getKey(), e.getValue().size()))
        .toList();
  }

  @Override
  public void store(NodeName node, Version version, ChannelBackup backup) throws IOException {
    room();
    spool.computeIfAbsent(node, _ -> new TreeMap<>()).put(version, backup);
  }

  @Override
  public Optional<ChannelBackup> load(NodeName node, Version version) {
    return Optional.ofNullable(spool.getOrDefault(node, new TreeMap<>()).get(version));
  }

  @Override
  public void discard(NodeName node, Version version) {
    spool.getOrDefault(node, new TreeMap<>()).remove(version);
  }
}

package dev.lightkeeper.stream;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Observation;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.Writer;
import dev.lightkeeper.scb.BackedUpChannel;
import dev.lightkeeper.scb.Opening;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The streaming core among a node, a disk and remotes that fail, all driven by one seed.
 *
 * <p>Actions wait in a bag until chance performs them, their events until chance delivers them; a
 * crash forgets both, after some of the actions were still performed.
 */
final class SimulatedWorld implements StreamClock, AlertSink {
  private static final int STEPS = 300;
  private static final WriterIdentity SELF = new WriterIdentity("a".repeat(32), "here");
  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  /** The files were read again, the remotes and the disk work. */
  private static final Set<Alert.Kind> AFTER_HEALING_OVER =
      EnumSet.of(Alert.Kind.REMOTE_FAILING, Alert.Kind.SPOOL, Alert.Kind.UNREADABLE);

  private final Random random;
  private final @Nullable Bug bug;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<NodeName, byte[]> files = new HashMap<>();
  private final Map<String, SimulatedRemote> remotes = new HashMap<>();
  private final SimulatedStore store;
  private final List<Action> bag = new ArrayList<>();
  private final Deque<Action> disk = new ArrayDeque<>();
  private final List<Event> events = new ArrayList<>();
  private final Deque<Observation> observations = new ArrayDeque<>();
  private final Set<Alert.Key> up = new HashSet<>();
  private final Set<Alert.Kind> raisedEver = EnumSet.noneOf(Alert.Kind.class);
  private final Set<Alert.Kind> expected = EnumSet.noneOf(Alert.Kind.class);
  private final Set<String> lost = new HashSet<>();
  private final List<String> wrong = new ArrayList<>();
  private long millis;
  private long jump;
  private boolean intruded;
  private StreamCore core;
  private Performer performer;

  SimulatedWorld(long seed, @Nullable Bug bug) {
    this.random = new Random(seed);
    this.bug = bug;
    this.store = new SimulatedStore(random);
    store.bug = bug;
    for (int i = 0; i < 1 + random.nextInt(2); i++) {
      NodeName name = new NodeName("node" + i);
      nodes.add(new Node(name, NodeKind.LND, Path.of("/sim/" + name)));
      if (random.nextInt(4) != 0) {
        files.put(name, content());
      }
    }
    for (int i = 0; i < 1 + random.nextInt(2); i++) {
      SimulatedRemote remote = new SimulatedRemote("remote" + i, random.nextInt(3) == 0, random);
      remote.bug = bug;
      remote.faults = random.nextInt(3) * 0.05;
      remotes.put(remote.name(), remote);
    }
    boot();
  }

  @Override
  public long millis() {
    return millis;
  }

  @Override
  public Instant wall() {
    return EPOCH.plusMillis(millis + jump);
  }

  @Override
  public void raise(Alert alert) {
    up.add(alert.key());
    raisedEver.add(alert.kind());
  }

  @Override
  public void clear(Alert.Key key) {
    up.remove(key);
  }

  private byte[] content() {
    byte[] bytes = new byte[random.nextInt(5) == 0 ? 45 : 46 + random.nextInt(400)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** One content in eight is no channel backup of the node. */
  private static boolean suspect(byte[] content) {
    return (content[0] & 7) == 0;
  }

  /** What the content stands for: up to four of eight channels, none in the smallest. */
  private Opening open(NodeName node, ChannelBackup backup) {
    byte[] content = backup.bytes();
    if (suspect(content) && bug != Bug.SUSPECT_TAKEN_FOR_GOOD) {
      return new Opening.NotOpened("it does not open");
    }
    List<BackedUpChannel> channels = new ArrayList<>();
    for (int i = 0; i < (content.length <= 45 ? 0 : 1 + (content[1] & 3)); i++) {
      String txid = node + "-" + ((content[2] + i) & 7);
      channels.add(new BackedUpChannel("peer", txid, 0, 1000, List.of(), null, null, "anchors"));
    }
    return new Opening.Opened(channels, 0, true, null);
  }

  private void boot() {
    bag.clear();
    disk.clear();
    events.clear();
    observations.clear();
    up.clear();
    Map<String, String> locations = new HashMap<>();
    remotes.values().forEach(r -> locations.put(r.name(), r.location()));
    core =
        new StreamCore(
            nodes, locations, store, StreamSettings.DEFAULT, this, random, SELF, this::open);
    performer = new Performer(Map.copyOf(remotes), store, this, events::add);
    nodes.forEach(node -> observe(node.name()));
  }

  /** Runs the seed's story, heals everything, and returns what is wrong then; empty is right. */
  List<String> run() throws InterruptedException {
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(24)) {
        case 0, 1, 2 -> change();
        case 3 -> moods();
        case 4 -> misfortune();
        case 5, 6, 7 -> tick(random.nextInt(500));
        case 8, 9, 10, 11, 12 -> performSome();
        case 13, 14 -> performDisk();
        case 15, 16 -> deliverObservation();
        default -> deliverEvent();
      }
    }
    heal();
    return verdict();
  }

  private NodeName anyNode() {
    return nodes.get(random.nextInt(nodes.size())).name();
  }

  private SimulatedRemote anyRemote() {
    return Objects.requireNonNull(remotes.get("remote" + random.nextInt(remotes.size())));
  }

  private void change() {
    NodeName node = anyNode();
    for (int burst = random.nextInt(3); burst >= 0; burst--) {
      if (random.nextInt(12) == 0) {
        files.remove(node);
      } else {
        files.put(node, content());
      }
      // A watcher may miss what was replaced at once, never what stays.
      if (burst == 0 || random.nextBoolean()) {
        observe(node);
      }
    }
  }

  private void observe(NodeName node) {
    byte[] file = files.get(node);
    observations.add(
        file == null
            ? new Observation.Absent(node, wall(), "no such file")
            : new Observation.Captured(node, wall(), ChannelBackup.of(file)));
  }

  /** For a while the file may not be read. */
  private void bar() {
    NodeName node = anyNode();
    observations.add(new Observation.Unreadable(node, wall(), "permission denied"));
    if (random.nextBoolean()) {
      observe(node);
    }
  }

  private void moods() {
    SimulatedRemote remote = anyRemote();
    SimulatedRemote.Mood[] moods = SimulatedRemote.Mood.values();
    remote.mood = moods[random.nextInt(moods.length)];
    store.full = random.nextInt(4) == 0;
  }

  private void misfortune() throws InterruptedException {
    switch (random.nextInt(9)) {
      case 8 -> bar();
      case 0, 1, 2 -> crash();
      case 3, 4 -> anyRemote().crash();
      case 5 -> jump -= 86_400_000L;
      case 6 -> intrude();
      default -> forget();
    }
  }

  /** The daemon dies: some of what it had begun was done, nobody heard of it. */
  private void crash() throws InterruptedException {
    while (!bag.isEmpty() && random.nextInt(3) != 0) {
      var _ = performer.perform(bag.remove(random.nextInt(bag.size())));
    }
    while (!disk.isEmpty() && random.nextBoolean()) {
      var _ = performer.perform(disk.poll());
    }
    boot();
  }

  /** Another installation takes a node over and writes a version. */
  private void intrude() {
    NodeName node = anyNode();
    SimulatedRemote remote = anyRemote();
    SimulatedRemote.Folder folder = remote.folder(node);
    byte[] other = content();
    long highest =
        folder.versions.keySet().stream()
            .flatMap(n -> Version.parse(n).stream())
            .mapToLong(Version::sequence)
            .max()
            .orElse(0);
    Ledger.Holding saved = store.ledger(node).holdings().get(remote.name());
    boolean established = saved != null && !saved.seenWriters().isEmpty();
    Version version = new Version(highest + 1, wall(), Sha256.of(other));
    folder.versions.put(version.fileName(), other);
    Instant since =
        folder.writers.stream()
            .map(w -> w.since().plusMillis(1))
            .max(Instant::compareTo)
            .orElse(wall());
    remote.announce(folder, new Writer("b".repeat(32), "there", since));
    intruded |= established;
  }

  /** A remote is rolled back: its newest version of a node disappears. */
  private void forget() {
    SimulatedRemote remote = anyRemote();
    NodeName node = anyNode();
    Map.Entry<String, byte[]> last = remote.folder(node).versions.lastEntry();
    if (last != null) {
      remote.folder(node).versions.remove(last.getKey());
      lost.add(remote.name() + last.getKey());
    }
  }

  private void tick(long advance) {
    millis += advance;
    performer.dead().forEach(events::add);
    handle(new Event.Tick());
  }

  private void performSome() throws InterruptedException {
    if (!bag.isEmpty()) {
      done(performer.perform(bag.remove(random.nextInt(bag.size()))));
    }
  }

  private void performDisk() throws InterruptedException {
    if (!disk.isEmpty()) {
      done(performer.perform(disk.poll()));
    }
  }

  private void done(@Nullable Event event) {
    if (event == null) {
      return;
    }
    if (bug == Bug.FAILURE_TAKEN_FOR_SUCCESS
        && event instanceof Event.Failed(Action.Publish p, var _)) {
      events.add(
          new Event.Published(p.remote(), p.node(), p.connection(), p.version(), p.version()));
    } else if (bug == Bug.REMOTE_NOT_LOOKED_AT && event instanceof Event.Reconciled r) {
      events.add(
          new Event.Reconciled(r.remote(), r.node(), r.connection(), List.of(), r.writers()));
    } else {
      events.add(event);
    }
  }

  private void deliverObservation() {
    if (!observations.isEmpty()) {
      Observation observation = observations.poll();
      NodeState node = core.nodes().node(observation.node());
      switch (observation) {
        case Observation.Absent _ when node.newest != null -> expected.add(Alert.Kind.VANISHED);
        case Observation.Absent _ -> {}
        case Observation.Captured(var _, Instant at, ChannelBackup b) -> {
          expect(node, b);
          expectClock(node, at, b);
        }
        case Observation.Unreadable _ -> expected.add(Alert.Kind.UNREADABLE);
      }
      Opening opening =
          observation instanceof Observation.Captured(NodeName name, var _, ChannelBackup b)
              ? open(name, b)
              : new Opening.NotTried();
      handle(new Event.Observed(observation, opening));
    }
  }

  private void expectClock(NodeState node, Instant at, ChannelBackup backup) {
    Kept newest = node.newest;
    if (newest != null
        && !newest.version().hash().equals(backup.hash())
        && at.isBefore(newest.version().observedAt().minus(Duration.ofHours(1)))) {
      expected.add(Alert.Kind.CLOCK);
    }
  }

  private void expect(NodeState node, ChannelBackup backup) {
    if (suspect(backup.bytes())) {
      expected.add(Alert.Kind.NOT_OPENING);
    }
    if (backup.size() <= 45 && node.good != null) {
      expected.add(Alert.Kind.EMPTIED);
    }
    if (open(node.node.name(), backup) instanceof Opening.Opened opened
        && !opened.channels().isEmpty()
        && node.inventory != null
        && !opened.channels().stream()
            .map(BackedUpChannel::outpoint)
            .toList()
            .containsAll(node.inventory.channels().keySet())) {
      expected.add(Alert.Kind.CHANNELS_LOST);
    }
  }

  private void deliverEvent() {
    if (!events.isEmpty()) {
      Event event = events.remove(random.nextInt(events.size()));
      switch (event) {
        case Event.Failed(Action.OnNode a, var _)
            when core.links().all().stream()
                .anyMatch(l -> l.remote.equals(a.remote()) && l.up(a.connection())) -> {
          if (!(a instanceof Action.Verify)) {
            expected.add(Alert.Kind.REMOTE_FAILING);
          }
        }
        case Event.ConnectFailed c
            when core.links().all().stream()
                .anyMatch(
                    l ->
                        l.remote.equals(c.remote())
                            && l.connection == c.connection()
                            && l.state == Link.State.CONNECTING) ->
            expected.add(Alert.Kind.REMOTE_FAILING);
        case Event.StoreFailed _, Event.LedgerFailed _ -> expected.add(Alert.Kind.SPOOL);
        default -> {}
      }
      handle(event);
    }
  }

  private void handle(Event event) {
    for (Action action : core.handle(event)) {
      switch (action) {
        case Action.Raise(Alert alert) -> raise(alert);
        case Action.Clear(Alert.Key key) -> clear(key);
        case Action.Store _, Action.Discard _, Action.SaveLedger _ -> disk.add(action);
        case Action.ReplaceNewest a -> {
          byte[] copy = Objects.requireNonNull(remotes.get(a.remote())).folder(a.node()).newest;
          // Where a remote was rolled back nobody knows that it ever had a good one.
          if (lost.isEmpty()
              && copy != null
              && !suspect(copy)
              && copy.length > 45
              && suspect(a.backup().bytes())) {
            wrong.add("a suspect version was to replace a good convenience copy");
          }
          bag.add(action);
        }
        case Action.Connect _, Action.Disconnect _, Action.OnNode _ -> bag.add(action);
      }
    }
  }

  private void heal() throws InterruptedException {
    remotes
        .values()
        .forEach(
            r -> {
              r.mood = SimulatedRemote.Mood.WELL;
              r.faults = 0;
            });
    store.full = false;
    expectLosses();
    nodes.forEach(node -> observe(node.name()));
    // Long enough for the longest backoff and for one more listing of every folder.
    long end = millis + 2 * StreamSettings.DEFAULT.reconcileEvery();
    while (millis < end) {
      int work = 0;
      do {
        work = bag.size() + disk.size() + events.size() + observations.size();
        performSome();
        performDisk();
        deliverObservation();
        deliverEvent();
      } while (work > 0);
      tick(core.busy() ? 500 : 20_000);
    }
  }

  /** What is acknowledged, gone, and not about to be followed by a newer one. */
  private void expectLosses() {
    for (Link link : core.links().all()) {
      SimulatedRemote remote = Objects.requireNonNull(remotes.get(link.remote));
      for (Node node : nodes) {
        Kept durable = link.holding(node.name()).durable;
        byte[] file = files.get(node.name());
        if (durable != null
            && durable.equals(core.nodes().node(node.name()).newest)
            && observations.isEmpty()
            && events.isEmpty()
            && bag.isEmpty()
            && file != null
            && Sha256.of(file).equals(durable.version().hash())
            && remote.valid(node.name()).stream()
                .noneMatch(v -> v.hash().equals(durable.version().hash()))) {
          expected.add(Alert.Kind.REMOTE_LOST);
        }
      }
    }
  }

  private List<String> verdict() {
    for (SimulatedRemote remote : remotes.values()) {
      for (Node node : nodes) {
        verdict(remote, node.name());
      }
    }
    for (Alert.Kind kind : expected) {
      if (!raisedEver.contains(kind)) {
        wrong.add("no alert " + kind);
      }
    }
    if (lost.isEmpty() && raisedEver.contains(Alert.Kind.REMOTE_LOST)) {
      wrong.add("a remote is said to have lost what it never acknowledged");
    }
    if (intruded && !raisedEver.contains(Alert.Kind.ANOTHER_WRITER)) {
      wrong.add("another writer went unnoticed");
    }
    for (Alert.Key key : up) {
      if (AFTER_HEALING_OVER.contains(key.kind())) {
        wrong.add("still alerting after all has healed: " + key);
      }
    }
    return wrong;
  }

  private void verdict(SimulatedRemote remote, NodeName node) {
    String where = remote.name() + "/" + node + ": ";
    List<Version> valid = remote.valid(node);
    byte[] file = files.get(node);
    if (file != null) {
      if (valid.isEmpty() || !valid.getLast().hash().equals(Sha256.of(file))) {
        wrong.add(where + "the newest content is not the newest valid version");
      }
      byte[] copy = remote.folder(node).newest;
      if (copy != null
          && file.length > 45
          && !suspect(file)
          && !Sha256.of(copy).equals(Sha256.of(file))) {
        wrong.add(where + "the convenience copy is not the newest");
      }
    }
    for (Version version : remote.acknowledged.getOrDefault(node, Set.of())) {
      if (!valid.contains(version) && !lost.contains(remote.name() + version.fileName())) {
        wrong.add(where + "acknowledged and missing: " + version.fileName());
      }
    }
    Kept durable =
        core.links().all().stream()
            .filter(l -> l.remote.equals(remote.name()))
            .findFirst()
            .orElseThrow()
            .holding(node)
            .durable;
    if (durable != null
        && valid.stream()
            .noneMatch(
                v ->
                    v.sequence() == durable.version().sequence()
                        && v.hash().equals(durable.version().hash()))) {
      wrong.add(where + "claimed durable and not there: " + durable.version().fileName());
    }
  }
}

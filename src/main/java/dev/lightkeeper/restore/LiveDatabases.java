package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.ManifestHead;
import dev.lightkeeper.handoff.ChannelDatabases;
import dev.lightkeeper.handoff.Claiming.ArchiveSeen;
import dev.lightkeeper.handoff.Handoff;
import dev.lightkeeper.handoff.HandoffId;
import dev.lightkeeper.handoff.OfferDraft;
import dev.lightkeeper.handoff.OfferedNode;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The channel databases of a migration archive's nodes, which were withheld when it was staged like
 * any other channel state. Everything else that was withheld stays aside.
 */
final class LiveDatabases {
  private final Staged staged;
  private final ArchiveSeen seen;
  private final Map<Node, Map<String, Sha256>> nodes;
  private final List<Withheld> files;

  private LiveDatabases(
      Staged staged, ArchiveSeen seen, Map<Node, Map<String, Sha256>> nodes, List<Withheld> files) {
    this.staged = staged;
    this.seen = seen;
    this.nodes = Map.copyOf(nodes);
    this.files = List.copyOf(files);
  }

  /**
   * Those that the manifest's nodes own.
   *
   * @throws RestoreException REFUSED if the archive is no migration's, or names no offer
   */
  static LiveDatabases of(Staged staged) throws RestoreException, IOException {
    ManifestHead manifest = staged.manifest();
    if (manifest == null) {
      throw refused("the archive has no manifest: nothing proves that its nodes never ran again");
    }
    if (staged.mode() != ArchiveMode.MIGRATE) {
      throw refused("the archive was made as a routine backup: its nodes went on after it");
    }
    if (!(manifest.facts().get(OfferDraft.FACT) instanceof Map<?, ?> offer)
        || !(offer.get("id") instanceof String id)
        || !(offer.get("key") instanceof String key)) {
      throw refused("the archive names no handoff: its nodes were never offered to another host");
    }
    Map<String, Sha256> databases = new LinkedHashMap<>();
    Map<Node, Map<String, Sha256>> owned = new HashMap<>();
    List<Withheld> files = new ArrayList<>();
    for (Withheld file : staged.withheld()) {
      for (Node node : nodes(manifest)) {
        Path there = ChannelDatabases.archived(node, file.name()).orElse(null);
        if (there != null && Files.isRegularFile(file.file(), LinkOption.NOFOLLOW_LINKS)) {
          Sha256 hash = ChannelDatabases.hash(file.file());
          databases.put(there.toString(), hash);
          owned.computeIfAbsent(node, _ -> new HashMap<>()).put(there.toString(), hash);
          files.add(file);
          break;
        }
      }
    }
    try {
      return new LiveDatabases(
          staged,
          new ArchiveSeen(staged.file().sha256(), new HandoffId(id), key, databases, null),
          owned,
          files);
    } catch (IllegalArgumentException e) {
      throw refused("the archive's manifest names an impossible handoff");
    }
  }

  private static List<Node> nodes(ManifestHead manifest) {
    List<Node> nodes = new ArrayList<>();
    if (manifest.facts().get("nodes") instanceof List<?> facts) {
      for (Object each : facts) {
        if (each instanceof Map<?, ?> fact
            && fact.get("name") instanceof String name
            && fact.get("file") instanceof String file
            && NodeName.isValid(name)) {
          Arrays.stream(NodeKind.values())
              .filter(k -> k.id().equals(fact.get("kind")))
              .map(k -> new Node(new NodeName(name), k, Path.of(file)))
              .forEach(nodes::add);
        }
      }
    }
    return nodes;
  }

  private static RestoreException refused(String what) {
    return new RestoreException(
        Kind.REFUSED,
        what,
        "restore without --migrate: channel databases stay aside, and the channel backup brings the"
            + " funds back");
  }

  /** What the offer is asked about, if remotes hold it. */
  ArchiveSeen seen() {
    return seen;
  }

  /**
   * The same of an offer that is carried by hand: no remote holds it, and the manifest tells it.
   *
   * @throws RestoreException REFUSED if it does not
   */
  ArchiveSeen carried() throws RestoreException {
    ManifestHead manifest = Objects.requireNonNull(staged.manifest());
    Map<?, ?> offer = (Map<?, ?>) Objects.requireNonNull(manifest.facts().get(OfferDraft.FACT));
    try {
      return new ArchiveSeen(
          seen.sha256(),
          seen.id(),
          seen.key(),
          seen.databases(),
          new Handoff(
              Objects.requireNonNull(seen.id()),
              seen.sha256(),
              nodes.entrySet().stream().map(n -> offered(n.getKey(), n.getValue())).toList(),
              manifest.host(),
              String.valueOf(offer.get("writer")),
              Instant.parse(String.valueOf(offer.get("at"))),
              Objects.requireNonNull(seen.key()),
              null));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw refused("the archive does not tell who offered its nodes, and when");
    }
  }

  private OfferedNode offered(Node node, Map<String, Sha256> databases) {
    return new OfferedNode(node.name(), node.kind(), databases, channelBackup(node), 0);
  }

  private @Nullable Sha256 channelBackup(Node node) {
    ManifestHead manifest = Objects.requireNonNull(staged.manifest());
    return manifest.facts().get("nodes") instanceof List<?> facts
        ? facts.stream()
            .flatMap(f -> f instanceof Map<?, ?> fact ? Stream.of(fact) : Stream.empty())
            .filter(f -> node.name().value().equals(f.get("name")))
            .flatMap(f -> f.get("sha256") instanceof String hash ? Stream.of(hash) : Stream.empty())
            .map(Sha256::new)
            .findFirst()
            .orElse(null)
        : null;
  }

  /** The names of the nodes that go on, as on the source. */
  List<String> nodes() {
    return nodes.keySet().stream().map(n -> n.name().value()).sorted().toList();
  }

  /** The files that go live. */
  List<Withheld> files() {
    return files;
  }

  /** Channel state that stays aside all the same: copies, other programs'. */
  List<Withheld> others() {
    return staged.withheld().stream().filter(w -> !files.contains(w)).toList();
  }

  /**
   * Puts them where they belong in what is staged, with the owners, modes and times they have; for
   * once a permission was confirmed, and a journal written.
   */
  void putInPlace() throws IOException {
    Path tree = Staged.tree(staged.folder());
    SystemCalls system = new SystemCalls();
    for (Withheld file : files) {
      Path target = tree.resolve(file.name());
      Path folder = tree.resolve(file.name()).getParent();
      if (folder == null || Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(target + " is there, where a channel database should be");
      }
      FileTime time = Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS);
      system.rename(PathBytes.of(file.file()), PathBytes.of(target));
      system.touch(PathBytes.of(folder), time.toInstant());
    }
    system.syncFileSystem(PathBytes.of(tree));
  }
}

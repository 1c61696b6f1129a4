package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.ManifestHead;
import dev.lightkeeper.handoff.ChannelDatabases;
import dev.lightkeeper.handoff.Claiming.ArchiveSeen;
import dev.lightkeeper.handoff.HandoffId;
import dev.lightkeeper.handoff.OfferDraft;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The channel databases of a migration archive's nodes, which were withheld when it was staged like
 * any other channel state. Everything else that was withheld stays aside.
 */
final class LiveDatabases {
  private final Staged staged;
  private final ArchiveSeen seen;
  private final Set<String> nodes;
  private final List<Withheld> files;

  private LiveDatabases(Staged staged, ArchiveSeen seen, Set<String> nodes, List<Withheld> files) {
    this.staged = staged;
    this.seen = seen;
    this.nodes = Set.copyOf(nodes);
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
    Set<String> names = new TreeSet<>();
    List<Withheld> files = new ArrayList<>();
    for (Withheld file : staged.withheld()) {
      for (Node node : nodes(manifest)) {
        Path there = ChannelDatabases.archived(node, file.name()).orElse(null);
        if (there != null && Files.isRegularFile(file.file(), LinkOption.NOFOLLOW_LINKS)) {
          databases.put(there.toString(), ChannelDatabases.hash(file.file()));
          files.add(file);
          names.add(node.name().value());
          break;
        }
      }
    }
    try {
      return new LiveDatabases(
          staged,
          new ArchiveSeen(staged.file().sha256(), new HandoffId(id), key, databases),
          names,
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

  /** What the offer is asked about. */
  ArchiveSeen seen() {
    return seen;
  }

  /** The names of the nodes that go on, as on the source. */
  List<String> nodes() {
    return nodes.stream().sorted().toList();
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

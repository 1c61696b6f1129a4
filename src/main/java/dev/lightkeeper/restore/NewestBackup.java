package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ManifestHead;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.FoundNode;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeFinder;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.stream.BackupOpener;
import dev.lightkeeper.stream.Kept;
import dev.lightkeeper.stream.Ledger;
import dev.lightkeeper.stream.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the newest channel backup of each node that was staged: in the archive, in this host's
 * spool, on every remote. Sequence decides between versions; the archive's own copy, whose sequence
 * is known only if it is one of them, is else compared by time. One that its node's key does not
 * open is passed over; where there is no key, the node itself will say at its import, so older ones
 * are kept for it to try.
 */
final class NewestBackup {
  private final Staged staged;
  private final List<Node> configured;
  private final @Nullable Path state;
  private final List<Remote> remotes;
  private final BackupOpener opener;
  private final List<String> notes = new ArrayList<>();
  private final Set<String> unread = new TreeSet<>();

  NewestBackup(
      Staged staged,
      List<Node> configured,
      @Nullable Path state,
      List<Remote> remotes,
      BackupOpener opener) {
    this.staged = staged;
    this.configured = List.copyOf(configured);
    this.state = state;
    this.remotes = List.copyOf(remotes);
    this.opener = opener;
  }

  /** Of what {@code order} staged. */
  static NewestBackup of(Staged staged, RestoreOrder order) {
    return new NewestBackup(staged, order.nodes(), order.state(), order.remotes(), order.opener());
  }

  /** One version of one node, and who has it. */
  private record Source(String name, Version version, Reader reader) {}

  private interface Reader {
    @Nullable ChannelBackup read() throws RemoteException;
  }

  /** What a person should know: remotes that could not be read, versions passed over. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Whether every remote could be read: if not, a newer one may exist. */
  boolean complete() {
    return unread.isEmpty();
  }

  /**
   * Finds them.
   *
   * @throws RestoreException REFUSED if what is found is older than what this host once had;
   *     UNREACHABLE if a remote that may have it could not be read
   */
  List<NodeBackup> find() throws IOException, RestoreException, InterruptedException {
    List<RemoteSession> sessions = new ArrayList<>();
    Map<RemoteSession, String> names = new HashMap<>();
    try {
      for (Remote remote : remotes) {
        try {
          RemoteSession session = remote.connect();
          sessions.add(session);
          names.put(session, remote.name());
        } catch (RemoteException e) {
          unread(remote.name(), e);
        }
      }
      List<NodeBackup> found = new ArrayList<>();
      for (String volume : staged.volumes()) {
        Path data = staged.data(volume);
        for (FoundNode node : NodeFinder.find(List.of(data)).nodes()) {
          if (within(data, node.node().file())) {
            found.add(newest(node.node(), volume, data, sessions, names));
          }
        }
      }
      return found;
    } finally {
      sessions.forEach(RemoteSession::close);
    }
  }

  /** A link in the archive may lead to a node of this host, which is none of the restore's. */
  private boolean within(Path data, Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && folder.toRealPath().startsWith(data.toRealPath())) {
      return true;
    }
    notes.add("%s leads out of its volume by a link, and is passed over".formatted(file));
    return false;
  }

  private NodeBackup newest(
      Node node,
      String volume,
      Path data,
      List<RemoteSession> sessions,
      Map<RemoteSession, String> names)
      throws IOException, RestoreException {
    Path inVolume = data.relativize(node.file());
    NodeName name = name(node, volume, inVolume);
    List<Source> sources = new ArrayList<>();
    for (RemoteSession session : sessions) {
      String remote = String.valueOf(names.get(session));
      try {
        for (Version version : session.versions(name)) {
          sources.add(new Source(remote, version, () -> session.read(name, version)));
        }
      } catch (RemoteException e) {
        unread(remote, e);
      }
    }
    @Nullable Version known = spool(name, sources);
    sources.sort(Comparator.comparing(Source::version).reversed());
    @Nullable ChannelBackup archived = archived(node.file());
    BackupCandidates candidates = new BackupCandidates(node.kind(), opener, notes::add);
    NodeBackup best = best(node, name, volume, inVolume, sources, archived, candidates);
    ChannelBackup chosen = best.backup();
    if (known != null
        && candidates.newest() < known.sequence()
        && (chosen == null || !chosen.hash().equals(known.hash()))) {
      if (!unread.isEmpty()) {
        throw new RestoreException(
            Kind.UNREACHABLE,
            "this host once had version %d of %s, the newest that can be found is %d, and %s could not be read"
                .formatted(known.sequence(), name, candidates.newest(), String.join(", ", unread)),
            "run it again when every remote answers");
      }
      throw new RestoreException(
          Kind.REFUSED,
          "this host once had version %d of %s, and the newest that can be found is %d: a remote was set back"
              .formatted(known.sequence(), name, candidates.newest()),
          "find out what happened to the remote (lightkeeper versions); then run this with another"
              + " state folder");
    }
    return best;
  }

  private NodeBackup best(
      Node node,
      NodeName name,
      String volume,
      Path inVolume,
      List<Source> sources,
      @Nullable ChannelBackup archived,
      BackupCandidates candidates)
      throws IOException {
    Node named = new Node(name, node.kind(), node.file());
    Instant written = archived == null ? null : Files.getLastModifiedTime(node.file()).toInstant();
    NodeBackup ofArchive =
        new NodeBackup(named, volume, inVolume, archived, "the archive", 0, written, List.of());
    boolean useful = archived != null && !node.kind().holdsNoChannel(archived.size());
    boolean streamed =
        archived != null
            && sources.stream().anyMatch(s -> s.version.hash().equals(archived.hash()));
    for (Source source : sources) {
      boolean archivedFirst =
          written != null && written.isAfter(source.version.observedAt()) && useful && !streamed;
      boolean first = candidates.none();
      if (archivedFirst && candidates.offer(ofArchive) && first) {
        notes.add(
            "the archive's channel backup of %s is newer than every version: not all were streamed"
                .formatted(name));
      }
      if (candidates.enough()) {
        break;
      }
      if (candidates.knows(source.version.hash())) {
        continue;
      }
      ChannelBackup backup = read(source, name);
      if (backup != null && node.kind().holdsNoChannel(backup.size())) {
        if (candidates.none()) {
          notes.add(
              "version %d of %s holds no channel and is passed over"
                  .formatted(source.version.sequence(), name));
        }
      } else if (backup != null) {
        var _ =
            candidates.offer(
                new NodeBackup(
                    named,
                    volume,
                    inVolume,
                    backup,
                    source.name,
                    source.version.sequence(),
                    source.version.observedAt(),
                    List.of()));
      }
    }
    if (useful) {
      var _ = candidates.offer(ofArchive);
    }
    return candidates.chosen().orElse(ofArchive);
  }

  private @Nullable ChannelBackup read(Source source, NodeName name) {
    try {
      return source.reader.read();
    } catch (RemoteException e) {
      if (e.kind() == RemoteException.Kind.TORN || e.kind() == RemoteException.Kind.NOT_FOUND) {
        notes.add(
            "version %d of %s on %s is torn and passed over"
                .formatted(source.version.sequence(), name, source.name));
      } else {
        unread(source.name, e);
      }
      return null;
    }
  }

  /** Adds what this host still has; returns the newest version it ever knew of. */
  private @Nullable Version spool(NodeName name, List<Source> sources) {
    if (state == null || !Files.isDirectory(state)) {
      return null;
    }
    StateFolder folder = StateFolder.reading(state);
    for (Kept kept : folder.spooled(name)) {
      sources.add(
          new Source(
              "this host", kept.version(), () -> folder.load(name, kept.version()).orElse(null)));
    }
    Ledger ledger = folder.ledger(name);
    Kept good = ledger.good();
    return good == null ? null : good.version();
  }

  private static @Nullable ChannelBackup archived(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) > ChannelBackup.MAX_SIZE
        || Files.size(file) == 0) {
      return null;
    }
    return ChannelBackup.of(Files.readAllBytes(file));
  }

  /** By the archive's manifest, else by the configuration, else as it would be called. */
  private NodeName name(Node node, String volume, Path inVolume) {
    String end = "/volumes/" + volume + "/_data/" + inVolume;
    ManifestHead manifest = staged.manifest();
    if (manifest != null && manifest.facts().get("nodes") instanceof List<?> nodes) {
      for (Object each : nodes) {
        if (each instanceof Map<?, ?> fact
            && String.valueOf(fact.get("file")).endsWith(end)
            && NodeName.isValid(String.valueOf(fact.get("name")))) {
          return new NodeName(String.valueOf(fact.get("name")));
        }
      }
    }
    return configured.stream()
        .filter(n -> n.file().toString().endsWith(end))
        .map(Node::name)
        .findFirst()
        .orElse(node.name());
  }

  private void unread(String remote, RemoteException e) {
    unread.add(remote);
    notes.add(
        "%s could not be read, and may hold a newer channel backup: %s → %s"
            .formatted(remote, e.what(), e.remedy()));
  }
}

package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.BtcpayLayout;
import dev.lightkeeper.archive.EntryName;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The host that is restored to: what is there, and what would become of it. */
final class Destination {
  // With logs and graph out of the way, what it leaves out is what has to stay.
  private static final BtcpayLayout LAYOUT = new BtcpayLayout(ArchiveMode.MIGRATE);

  private static final String RESTORED = "secrets.restored-";

  private final Deployment deployment;
  private final RestoreFolder folder;

  Destination(Deployment deployment, RestoreFolder folder) {
    this.deployment = deployment;
    this.folder = folder;
  }

  /**
   * Nobody's node is in the way, and nobody else uses the volumes.
   *
   * @throws RestoreException REFUSED
   */
  void insistFree(Engine engine) throws IOException, RestoreException, DeploymentException {
    if (Files.isDirectory(deployment.volumes())) {
      try (Stream<Path> volumes = Files.list(deployment.volumes())) {
        for (Path volume : (Iterable<Path>) volumes.sorted()::iterator) {
          insistNoNode(volume);
        }
      }
    }
    for (HostContainer container : engine.containers()) {
      if (container.state().canWrite() && !container.in(Deployment.PROJECT)) {
        for (HostContainer.Mount mount : container.mounts()) {
          Path source = mount.source();
          if (source != null
              && mount.writable()
              && source.startsWith(deployment.volumes())
              && deployment
                  .volumes()
                  .relativize(source)
                  .toString()
                  .startsWith(BtcpayLayout.VOLUME_PREFIX)) {
            throw new RestoreException(
                Kind.REFUSED,
                "container %s, which is none of BTCPay Server's, writes to %s"
                    .formatted(container.name(), source),
                "stop it first: docker stop " + container.name());
          }
        }
      }
    }
  }

  private static void insistNoNode(Path volume) throws IOException, RestoreException {
    String name = String.valueOf(volume.getFileName());
    if (!name.startsWith(BtcpayLayout.VOLUME_PREFIX)
        || LAYOUT.leavesOut(EntryName.of("volumes/" + name + "/_data"))) {
      return;
    }
    Path found = NodeIdentity.firstIn(volume.resolve("_data"), name);
    if (found != null) {
      throw new RestoreException(
          Kind.REFUSED,
          "there is a node on this host already: " + found,
          "restore to a host whose Lightning volumes are empty; if that node is nobody's, stop the"
              + " stack and move the content of "
              + volume
              + "/_data away yourself, never delete it");
    }
  }

  /** The moves that put everything staged in place, and what is there out of the way. */
  List<Move> moves(Staged staged, String id) throws IOException, RestoreException {
    List<Move> moves = new ArrayList<>();
    for (String volume : staged.volumes()) {
      Path data = data(volume);
      if (LAYOUT.leavesOut(EntryName.of("volumes/" + volume + "/_data"))) {
        continue;
      }
      moves.add(aside(data, volume, id));
      moves.add(new Move(false, staged.data(volume).toString(), data.toString()));
      for (Path child : staying(volume)) {
        moves.add(
            new Move(
                false,
                before(volume, id).resolve(child.getFileName()).toString(),
                child.toString()));
      }
    }
    for (DatabaseKind kind : staged.dumps().keySet()) {
      Path data = data(kind.volume());
      moves.add(aside(data, kind.volume(), id));
      Path fresh = FreshDatabases.in(staged.folder(), kind);
      moves.add(new Move(false, fresh.toString(), data.toString()));
    }
    Path secrets = staged.secrets();
    if (secrets != null) {
      Path there = secretsFolder();
      if (Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
        moves.add(
            new Move(
                true,
                there.toString(),
                there.resolveSibling("secrets.before-restore-" + id).toString()));
      }
      moves.add(new Move(false, nearSecrets(id).toString(), there.toString()));
    }
    return moves;
  }

  Path secretsFolder() {
    return deployment
        .environment()
        .baseDirectory()
        .resolve("btcpayserver-docker")
        .resolve("secrets");
  }

  /**
   * Where the new secrets are to be renamed from. BTCPay's folder may be on another disk, or
   * mounted in a way that no number shows.
   */
  private Path nearSecrets(String id) throws RestoreException {
    Path there = secretsFolder();
    Path parent = there.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new RestoreException(
          Kind.REFUSED,
          "the archive has secrets, and there is no folder for them: " + there,
          "set BTCPay Server up as it was: clone btcpayserver-docker there");
    }
    return there.resolveSibling(RESTORED + id);
  }

  /** Copies the secrets to where a rename brings them to their place. */
  void bringSecretsOver(Staged staged, String id)
      throws IOException, RestoreException, InterruptedException {
    Path secrets = staged.secrets();
    if (secrets == null) {
      return;
    }
    Path near = nearSecrets(id);
    Process copy =
        new ProcessBuilder("cp", "-a", "-T", "--", secrets.toString(), near.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (copy.waitFor() != 0) {
      Trees.remove(near);
      throw new IOException("the secrets could not be copied to " + near);
    }
    new SystemCalls().syncFileSystem(PathBytes.of(near));
  }

  /** Removes copies of secrets that restores which did not come to their end left. */
  void sweepSecrets(Set<String> ended) throws IOException {
    Path parent = secretsFolder().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return;
    }
    try (Stream<Path> children = Files.list(parent)) {
      for (Path child : (Iterable<Path>) children::iterator) {
        String name = String.valueOf(child.getFileName());
        if (name.matches(RESTORED + "\\d{8}T\\d{6}Z")
            && !ended.contains(name.substring(RESTORED.length()))) {
          Trees.remove(child);
        }
      }
    }
  }

  private Move aside(Path data, String volume, String id) throws IOException, RestoreException {
    insistPlain(data);
    return new Move(true, data.toString(), before(volume, id).toString());
  }

  private Path before(String volume, String id) {
    return folder.before(id).resolve(volume).resolve("_data.before-restore-" + id);
  }

  /** What archives leave out of this volume and so must not go away: block chains. */
  List<Path> staying(String volume) throws IOException, RestoreException {
    Path data = data(volume);
    List<Path> staying = new ArrayList<>();
    if (!Files.isDirectory(data)) {
      return staying;
    }
    try (Stream<Path> children = Files.list(data)) {
      for (Path child : (Iterable<Path>) children.sorted()::iterator) {
        String name = "volumes/" + volume + "/_data/" + child.getFileName();
        boolean plain =
            Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)
                || Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS);
        if (plain && LAYOUT.leavesOut(EntryName.of(name))) {
          if (!Objects.equals(device(child), device(data))) {
            throw otherDisk(child);
          }
          staying.add(child);
        }
      }
    }
    return staying;
  }

  Path data(String volume) {
    return deployment.volumes().resolve(volume).resolve("_data");
  }

  private void insistPlain(Path data) throws IOException, RestoreException {
    if (!Files.exists(data, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(data, LinkOption.NOFOLLOW_LINKS)
        || !Objects.equals(device(data), device(folder.path()))) {
      throw otherDisk(data);
    }
  }

  private RestoreException otherDisk(Path path) {
    return new RestoreException(
        Kind.REFUSED,
        path + " is a link, or on another disk than " + folder.path(),
        "what cannot be moved aside by a rename cannot be undone: bring it to the same disk first");
  }

  private static Object device(Path path) throws IOException {
    return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
  }
}

package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.sftp.Placement.Naming;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import net.schmizz.sshj.sftp.Response.StatusCode;

/** Publishes versions: one flight where all is well, and what is needed where the name is taken. */
final class Publisher {
  private static final int ATTEMPTS = 6;

  private final SftpFiles files;
  private final RemoteLayout layout;
  private final Placement placement;
  private final Capabilities capabilities;

  /** What is under a name. */
  private enum Found {
    NOTHING,
    SAME,
    TORN
  }

  Publisher(SftpFiles files, RemoteLayout layout, Placement placement, Capabilities capabilities) {
    this.files = files;
    this.layout = layout;
    this.placement = placement;
    this.capabilities = capabilities;
  }

  /** Returns the version by the name it has there. */
  Version publish(NodeName node, Version version, ChannelBackup backup)
      throws RemoteException, RefusedException {
    byte[] content = backup.bytes();
    Version name = version;
    Naming naming = Naming.FRESH;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      String path = layout.version(node, name);
      try {
        if (placed(content, path, backup.hash(), naming)) {
          return name;
        }
      } catch (NamingRefused e) {
        if (e.refusal().missing() || look(path, backup.hash()) == Found.NOTHING) {
          throw e.refusal();
        }
      }
      if (look(path, backup.hash()) == Found.SAME) {
        sync(path);
        return name;
      }
      if (!remove(path)) {
        name = name.renamed();
        // What is torn stays here: on a disk still full, each further attempt would leave one more.
        naming = Naming.FRESH_IN_STEPS;
      }
    }
    throw new RemoteException(
        Kind.FAILED,
        "The names of %s at %s are taken by files that do not match them"
            .formatted(version.fileName(), layout.versions(node)),
        "look into that folder: something else writes there",
        null);
  }

  /** Removes what is at {@code path}; false where the server refuses. */
  boolean remove(String path) throws RemoteException {
    try {
      files.ok(files.remove(path), "remove", path);
      return true;
    } catch (RefusedException e) {
      if (e.forbidden()) {
        capabilities.removeRefused();
      }
      return e.missing();
    }
  }

  /** False if the name is taken. */
  private boolean placed(byte[] content, String path, Sha256 hash, Naming naming)
      throws RemoteException, RefusedException, NamingRefused {
    if (capabilities.fsync()) {
      placement.place(content, path, naming);
      return true;
    }
    // Without OpenSSH's extensions nothing is promised: not even that a rename spares a file.
    if (look(path, hash) != Found.NOTHING) {
      return false;
    }
    placement.place(content, path, Naming.FRESH);
    if (look(path, hash) != Found.SAME) {
      throw new RefusedException(StatusCode.FILE_CORRUPT, "keep", path, "it reads back otherwise");
    }
    return true;
  }

  private Found look(String path, Sha256 hash) throws RemoteException, RefusedException {
    try {
      return Sha256.of(files.read(path)).equals(hash) ? Found.SAME : Found.TORN;
    } catch (RefusedException e) {
      if (e.missing()) {
        return Found.NOTHING;
      }
      if (e.code() == StatusCode.EOF || e.code() == StatusCode.FILE_CORRUPT) {
        return Found.TORN;
      }
      throw e;
    }
  }

  private void sync(String path) throws RemoteException, RefusedException {
    if (!capabilities.fsync()) {
      return;
    }
    byte[] handle = files.handle(files.open(path), "open", path);
    Reply synced = files.fsync(handle);
    files.close(handle);
    files.ok(synced, "sync", path);
  }
}

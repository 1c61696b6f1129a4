package dev.lightkeeper.bench;

import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;

/** A remote that notes when each publish was acknowledged to the client. */
record TimedRemote(Remote remote, Acknowledgements acknowledgements) implements Remote {
  @Override
  public String name() {
    return remote.name();
  }

  @Override
  public String location() {
    return remote.location();
  }

  @Override
  public RemoteSession connect() throws RemoteException, InterruptedException {
    return new TimedSession(remote.connect(), acknowledgements);
  }

  @Override
  public ArchiveShelf archives() {
    return remote.archives();
  }
}

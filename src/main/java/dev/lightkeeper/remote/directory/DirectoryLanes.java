package dev.lightkeeper.remote.directory;

import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.transfer.Lane;
import dev.lightkeeper.remote.transfer.Lanes;

/** The one way to a folder of this host. */
final class DirectoryLanes implements Lanes {
  private final DirectoryRemote remote;

  DirectoryLanes(DirectoryRemote remote) {
    this.remote = remote;
  }

  @Override
  public String location() {
    return remote.location();
  }

  @Override
  public int most() {
    return 1;
  }

  @Override
  public Lane open() throws RemoteException {
    Features features;
    try (DirectorySession session = remote.connect()) {
      features = session.features();
    }
    return new DirectoryLane(remote.root(), features);
  }
}

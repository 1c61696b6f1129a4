package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.transfer.Lane;
import dev.lightkeeper.remote.transfer.Lanes;

/** Connections that move archives. */
final class SftpLanes implements Lanes {
  // OpenSSH's server gives a channel a window of 2 MiB: that much a round trip, however fast the
  // line is. It lets ten log in at once (MaxStartups).
  private static final int MOST = 6;

  private final SftpRemote remote;

  SftpLanes(SftpRemote remote) {
    this.remote = remote;
  }

  @Override
  public String location() {
    return remote.location();
  }

  @Override
  public int most() {
    return MOST;
  }

  @Override
  public Lane open() throws RemoteException, InterruptedException {
    return new SftpLane(remote.enter());
  }
}

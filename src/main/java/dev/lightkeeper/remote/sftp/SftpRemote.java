package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;

/** A folder on an SFTP server. */
public final class SftpRemote implements Remote {
  private final String name;
  private final SftpTarget target;

  /** Connects to nothing yet. */
  public SftpRemote(String name, SftpTarget target) {
    this.name = name;
    this.target = target;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String location() {
    return target.location();
  }

  @Override
  public RemoteSession connect() throws RemoteException, InterruptedException {
    throw new UnsupportedOperationException("not yet");
  }
}

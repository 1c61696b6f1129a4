package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import dev.lightkeeper.remote.transfer.LaneShelf;
import java.io.IOException;
import java.time.Duration;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.sftp.FileMode;
import net.schmizz.sshj.sftp.SFTPEngine;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import org.jspecify.annotations.Nullable;

/** A folder on an SFTP server. */
public final class SftpRemote implements Remote {
  private static final int MAX_SLOTS = 64;

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
    SftpAccess access = enter();
    long handles = access.limits().handles();
    return new SftpSession(
        access.link(),
        access.files(),
        access.layout(),
        access.diagnosis(),
        access.capabilities(),
        handles == 0 ? MAX_SLOTS : Math.clamp((handles - 16) / 2, 1, MAX_SLOTS));
  }

  @Override
  public ArchiveShelf archives() {
    return new LaneShelf(new SftpLanes(this));
  }

  /** Connects and logs in, as {@link #connect} promises. */
  SftpAccess enter() throws RemoteException, InterruptedException {
    SshLink link = new SshLink();
    return Dial.within(link, location(), () -> open(link));
  }

  private SftpAccess open(SshLink link) throws RemoteException {
    SshAlgorithms.useTheJdksOwn();
    PinnedHostKeys pinned = PinnedHostKeys.of(target);
    Config config = SshAlgorithms.config(pinned.types());
    KeyProvider key = ClientKey.load(config, target.key());
    SSHClient client = reach(link, config, pinned);
    logIn(client, key);
    SFTPEngine engine = startSftp(client);
    SftpWire wire = new SftpWire(link, engine, location());
    return look(link, wire, new Capabilities(client.getTransport().getServerVersion(), wire));
  }

  private SSHClient reach(SshLink link, Config config, PinnedHostKeys pinned)
      throws RemoteException {
    try {
      return link.open(target.host(), target.port(), target.socksProxy(), config, pinned);
    } catch (IOException e) {
      @Nullable RemoteException refusal = pinned.refusal(e);
      throw refusal != null ? refusal : Dial.unreachable(location(), e);
    }
  }

  private void logIn(SSHClient client, KeyProvider key) throws RemoteException {
    try {
      client.authPublickey(target.user(), key);
    } catch (UserAuthException e) {
      if (!client.isConnected()) {
        throw Dial.unreachable(location(), e);
      }
      throw new RemoteException(
          Kind.AUTHENTICATION,
          "The server of %s does not let %s in with the key %s"
              .formatted(location(), target.user(), target.key()),
          "add the public key to that account's authorized_keys, and see the server's log",
          e);
    } catch (IOException e) {
      throw Dial.unreachable(location(), e);
    }
  }

  private SFTPEngine startSftp(SSHClient client) throws RemoteException {
    try {
      return new SFTPEngine(client).init();
    } catch (IOException e) {
      if (!client.isConnected()) {
        throw Dial.unreachable(location(), e);
      }
      throw new RemoteException(
          Kind.FAILED,
          "The server of " + location() + " offers no SFTP: " + Causes.of(e),
          "enable `Subsystem sftp internal-sftp` in its sshd_config",
          e);
    }
  }

  /** Looks at the folder and finds out what the server can do, in one flight. */
  private SftpAccess look(SshLink link, SftpWire wire, Capabilities capabilities)
      throws RemoteException {
    SftpFiles files = new SftpFiles(wire);
    RemoteLayout layout = new RemoteLayout(target.path());
    long asked = System.nanoTime();
    Reply stat = files.stat(layout.root());
    files.makeFolder(layout.incoming());
    String nothing = layout.freshPart();
    Reply removed = files.remove(nothing);
    @Nullable Reply limits = wire.supports("limits") ? files.limits() : null;
    try {
      if (files.attributes(stat, layout.root()).getType() != FileMode.Type.DIRECTORY) {
        throw missing("is not a folder", null);
      }
    } catch (RefusedException e) {
      throw e.missing()
          ? missing("does not exist", e)
          : new Diagnosis(files, layout, location()).explain(e, 0);
    }
    Duration roundTrip = Duration.ofNanos(System.nanoTime() - asked);
    try {
      files.ok(removed, "remove", nothing);
    } catch (RefusedException e) {
      // Nothing is there, so anything but "no such file" means that removing is not allowed at all.
      if (e.forbidden()) {
        capabilities.removeRefused();
      }
    }
    return new SftpAccess(
        link,
        files,
        layout,
        new Diagnosis(files, layout, location()),
        capabilities,
        ServerLimits.of(files, limits),
        roundTrip);
  }

  private RemoteException missing(String why, @Nullable Throwable cause) {
    return new RemoteException(
        Kind.NOT_FOUND,
        "The folder of " + location() + " " + why,
        "make it on the server, owned by " + target.user() + "; it is never made from here",
        cause);
  }
}

package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import dev.lightkeeper.remote.transfer.FlightWindow;
import dev.lightkeeper.remote.transfer.Lane;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.schmizz.sshj.sftp.FileMode;
import net.schmizz.sshj.sftp.Response.StatusCode;

/** One connection that moves archives; every refusal is explained here. */
final class SftpLane implements Lane {
  // A little more than the server's window, so that the window is what is waited for.
  private static final int MOST_AHEAD_WRITING = 2560 << 10;
  private static final int MOST_AHEAD_READING = 4 << 20;
  private static final int STATVFS_NUMBERS = 11;

  private final SftpAccess access;
  private final SftpFiles files;
  private final String folder;
  private final FlightWindow writes;
  private final FlightWindow reads;

  interface Call<T> {
    T run() throws RemoteException, RefusedException;
  }

  SftpLane(SftpAccess access) throws RemoteException {
    this.access = access;
    this.files = access.files();
    this.folder = access.layout().archives();
    this.writes = new FlightWindow(access.roundTrip(), MOST_AHEAD_WRITING);
    this.reads = new FlightWindow(access.roundTrip(), MOST_AHEAD_READING);
    boolean made = false;
    try {
      prepare();
      made = true;
    } finally {
      if (!made) {
        close();
      }
    }
  }

  private void prepare() throws RemoteException {
    Reply make = files.makeFolder(folder);
    Reply stat = files.stat(folder);
    explained(
        1,
        () -> {
          try {
            return files.attributes(stat, folder);
          } catch (RefusedException e) {
            // It is not there: why it could not be made says more.
            files.ok(make, "make the folder", folder);
            throw e;
          }
        });
  }

  @Override
  public Features features() {
    return access.capabilities().features();
  }

  @Override
  public boolean alive() {
    return files.wire().alive();
  }

  @Override
  public boolean distant() {
    return access.roundTrip().compareTo(FlightWindow.NOTICEABLE) > 0;
  }

  @Override
  public boolean heldByRoundTrip() {
    return writes.heldByRoundTrip() || reads.heldByRoundTrip();
  }

  @Override
  public List<Entry> list() throws RemoteException {
    return explained(
        0,
        () ->
            files.list(folder).stream()
                .filter(e -> e.attributes().getType() == FileMode.Type.REGULAR)
                .map(
                    e ->
                        new Entry(
                            e.name(),
                            e.attributes().getSize(),
                            Instant.ofEpochSecond(e.attributes().getMtime())))
                .toList());
  }

  @Override
  public OptionalLong size(String name) throws RemoteException {
    return explained(
        0,
        () -> {
          try {
            return OptionalLong.of(files.attributes(files.stat(at(name)), at(name)).getSize());
          } catch (RefusedException e) {
            if (e.missing()) {
              return OptionalLong.empty();
            }
            throw e;
          }
        });
  }

  @Override
  public Part create(String name) throws RemoteException {
    // Where nothing can be removed, the file's mode keeps that promise from its first byte on.
    boolean shared = access.capabilities().remove();
    byte[] handle =
        explained(1, () -> files.handle(files.create(at(name), shared), "create", at(name)));
    return new SftpPart(this, at(name), handle);
  }

  @Override
  public Optional<Part> reopen(String name) throws RemoteException {
    return explained(
        0,
        () -> {
          try {
            byte[] handle = files.handle(files.reopen(at(name)), "open for writing", at(name));
            return Optional.of(new SftpPart(this, at(name), handle));
          } catch (RefusedException e) {
            if (e.forbidden() || e.code() == StatusCode.FAILURE) {
              access.capabilities().reopenRefused();
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  @Override
  public Content read(String name) throws RemoteException {
    byte[] handle = explained(0, () -> files.handle(files.open(at(name)), "read", at(name)));
    return new SftpContent(this, at(name), handle);
  }

  @Override
  public boolean rename(String from, String to) throws RemoteException {
    return explained(
        1,
        () -> {
          try {
            files.ok(files.rename(at(from), at(to)), "rename to", at(to));
            return true;
          } catch (RefusedException e) {
            if (!e.missing() && size(to).isPresent()) {
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public boolean remove(String name) throws RemoteException {
    return explained(
        0,
        () -> {
          try {
            files.ok(files.remove(at(name)), "remove", at(name));
            return true;
          } catch (RefusedException e) {
            if (e.missing()) {
              return true;
            }
            if (e.forbidden()) {
              access.capabilities().removeRefused();
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public OptionalLong free() throws RemoteException {
    if (!access.capabilities().statvfs()) {
      return OptionalLong.empty();
    }
    // f_frsize and f_bavail, the second and the fifth (OpenSSH's PROTOCOL file, section 4.4).
    long[] fs = explained(0, () -> files.numbers(files.statvfs(folder), STATVFS_NUMBERS, folder));
    return OptionalLong.of(fs[1] * fs[4]);
  }

  @Override
  public void close() {
    access.link().close();
    var _ = files.wire().die(new IOException("it was closed"));
  }

  SftpFiles files() {
    return files;
  }

  FlightWindow writes() {
    return writes;
  }

  FlightWindow reads() {
    return reads;
  }

  ServerLimits limits() {
    return access.limits();
  }

  boolean fsync() {
    return access.capabilities().fsync();
  }

  /** What {@code call} returns. */
  <T> T explained(int size, Call<T> call) throws RemoteException {
    try {
      return call.run();
    } catch (RefusedException e) {
      throw access.diagnosis().explain(e, size);
    }
  }

  RemoteException torn(String path) {
    return new RemoteException(
        Kind.TORN, path + " ends early", "use another archive or remote", null);
  }

  private String at(String name) {
    return folder + "/" + name;
  }
}

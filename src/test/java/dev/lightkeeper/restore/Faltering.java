package dev.lightkeeper.restore;

import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import org.jspecify.annotations.Nullable;

/** A remote that something happens to, once, right before it is connected to. */
final class Faltering implements Remote {
  private final Remote remote;
  private @Nullable Event event;
  private int left;

  interface Event {
    void happen() throws Exception;
  }

  Faltering(Remote remote) {
    this.remote = remote;
  }

  /** At the {@code nth} connection from now on. */
  void at(int nth, Event what) {
    left = nth;
    event = what;
  }

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
    Event due = event;
    if (due != null && --left == 0) {
      event = null;
      try {
        due.happen();
      } catch (RemoteException | InterruptedException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    return remote.connect();
  }

  @Override
  public ArchiveShelf archives() {
    return remote.archives();
  }
}

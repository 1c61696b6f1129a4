package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.StoredArchive;
import dev.lightkeeper.remote.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The archives of a remote that {@link Lanes} lead to. */
public final class LaneShelf implements ArchiveShelf {
  private final Lanes lanes;
  private @Nullable Lane open;

  /** Connects to nothing yet. */
  public LaneShelf(Lanes lanes) {
    this.lanes = lanes;
  }

  @Override
  public Features features() throws RemoteException, InterruptedException {
    return lane().features();
  }

  @Override
  public List<StoredArchive> list() throws RemoteException, InterruptedException {
    List<Lane.Entry> entries = lane().list();
    Set<String> names = entries.stream().map(Lane.Entry::name).collect(Collectors.toSet());
    List<StoredArchive> archives = new ArrayList<>();
    for (Lane.Entry entry : entries) {
      Optional<ArchiveName> name = ArchiveName.parse(entry.name());
      if (name.isPresent()) {
        boolean complete = names.contains(name.get().manifestName());
        archives.add(new StoredArchive(name.get(), entry.size(), complete));
      }
    }
    archives.sort((a, b) -> a.name().compareTo(b.name()));
    return archives;
  }

  @Override
  public void upload(Path file, ArchiveName name, byte[] manifest, Transfer transfer)
      throws RemoteException, IOException, InterruptedException {
    new Upload(lanes, file, name, manifest, transfer).run();
  }

  @Override
  public void download(ArchiveName name, Path to, @Nullable Sha256 expected, Transfer transfer)
      throws RemoteException, IOException, InterruptedException {
    new Download(lanes, name, to, expected, transfer).run();
  }

  @Override
  public byte[] manifest(ArchiveName name) throws RemoteException, InterruptedException {
    return SmallFile.read(lane(), name.manifestName());
  }

  @Override
  public boolean remove(ArchiveName name) throws RemoteException, InterruptedException {
    Lane lane = lane();
    // The manifest first: what is left if the connection breaks in between is not complete.
    return lane.remove(name.manifestName()) && lane.remove(name.fileName());
  }

  @Override
  public OptionalLong free() throws RemoteException, InterruptedException {
    return lane().free();
  }

  @Override
  public synchronized void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private synchronized Lane lane() throws RemoteException, InterruptedException {
    if (open != null && open.alive()) {
      return open;
    }
    close();
    Lane fresh = lanes.open();
    open = fresh;
    return fresh;
  }
}

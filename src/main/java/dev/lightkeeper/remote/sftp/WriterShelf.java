package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.Writer;
import dev.lightkeeper.remote.WriterFile;
import dev.lightkeeper.remote.sftp.Placement.Naming;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The writers that announced themselves for a node. */
final class WriterShelf {
  private final SftpFiles files;
  private final RemoteLayout layout;
  private final Placement placement;
  private final Capabilities capabilities;
  private final Map<Stamp, Writer> known = new ConcurrentHashMap<>();

  /** A file as a listing shows it: what was read once under it is not read at every look. */
  private record Stamp(String path, long size, long modified) {}

  WriterShelf(
      SftpFiles files, RemoteLayout layout, Placement placement, Capabilities capabilities) {
    this.files = files;
    this.layout = layout;
    this.placement = placement;
    this.capabilities = capabilities;
  }

  List<Writer> writers(NodeName node) throws RemoteException, RefusedException {
    Set<Writer> writers = new HashSet<>();
    for (SftpFiles.Entry entry : listOrNothing(layout.node(node))) {
      if (WriterFile.isName(entry.name())) {
        read(layout.node(node), entry).ifPresent(writers::add);
      }
    }
    return writers.stream().sorted(Comparator.comparing(Writer::since)).toList();
  }

  void announce(NodeName node, Writer writer)
      throws RemoteException, RefusedException, NamingRefused {
    keep(node, writer);
    String path = layout.node(node) + "/" + WriterFile.NAME;
    Naming naming = capabilities.replace() ? Naming.REPLACE : Naming.FRESH;
    try {
      placement.place(WriterFile.write(writer), path, naming);
    } catch (NamingRefused e) {
      // The announcement itself is kept; this copy is for people, where it can be had.
      if (naming == Naming.REPLACE && e.refusal().forbidden()) {
        capabilities.replaceRefused();
      }
    }
  }

  private void keep(NodeName node, Writer writer)
      throws RemoteException, RefusedException, NamingRefused {
    String path = layout.node(node) + "/" + WriterFile.nameOf(writer);
    if (read(path).isEmpty()) {
      placement.place(WriterFile.write(writer), path, Naming.FRESH);
    }
  }

  private Optional<Writer> read(String folder, SftpFiles.Entry entry)
      throws RemoteException, RefusedException {
    String path = folder + "/" + entry.name();
    Stamp stamp = new Stamp(path, entry.attributes().getSize(), entry.attributes().getMtime());
    Writer before = known.get(stamp);
    if (before != null) {
      return Optional.of(before);
    }
    Optional<Writer> writer = read(path);
    writer.ifPresent(w -> known.put(stamp, w));
    return writer;
  }

  private Optional<Writer> read(String path) throws RemoteException, RefusedException {
    try {
      return WriterFile.read(files.read(path));
    } catch (RefusedException e) {
      if (e.missing()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private List<SftpFiles.Entry> listOrNothing(String folder)
      throws RemoteException, RefusedException {
    try {
      return files.list(folder);
    } catch (RefusedException e) {
      if (e.missing()) {
        return List.of();
      }
      throw e;
    }
  }
}

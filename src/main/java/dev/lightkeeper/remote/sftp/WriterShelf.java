package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.Writer;
import dev.lightkeeper.remote.WriterFile;
import dev.lightkeeper.remote.sftp.Placement.Naming;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The writers that announced themselves for a node. */
final class WriterShelf {
  private final SftpFiles files;
  private final RemoteLayout layout;
  private final Placement placement;
  private final Capabilities capabilities;

  WriterShelf(
      SftpFiles files, RemoteLayout layout, Placement placement, Capabilities capabilities) {
    this.files = files;
    this.layout = layout;
    this.placement = placement;
    this.capabilities = capabilities;
  }

  List<Writer> writers(NodeName node) throws RemoteException, RefusedException {
    Map<String, Writer> byId = new LinkedHashMap<>();
    for (SftpFiles.Entry entry : listOrNothing(layout.node(node))) {
      if (WriterFile.isName(entry.name())) {
        read(layout.node(node) + "/" + entry.name()).ifPresent(w -> byId.put(w.id(), w));
      }
    }
    return byId.values().stream().sorted(Comparator.comparing(Writer::since)).toList();
  }

  void announce(NodeName node, Writer writer)
      throws RemoteException, RefusedException, NamingRefused {
    String path = layout.node(node) + "/" + WriterFile.NAME;
    Optional<Writer> before = read(path);
    if (before.isPresent() && before.get().equals(writer)) {
      return;
    }
    if (before.isPresent() && !before.get().id().equals(writer.id())) {
      keep(node, before.get()); // a second writer must stay visible after it is replaced
    }
    if (capabilities.replace()) {
      try {
        placement.place(WriterFile.write(writer), path, Naming.REPLACE);
        return;
      } catch (NamingRefused e) {
        if (!e.refusal().forbidden()) {
          throw e;
        }
        capabilities.replaceRefused();
      }
    }
    if (before.isEmpty()) {
      try {
        placement.place(WriterFile.write(writer), path, Naming.FRESH);
        return;
      } catch (NamingRefused e) {
        // Taken by another writer meanwhile, or torn: the writer's own file it is.
      }
    }
    keep(node, writer);
  }

  private void keep(NodeName node, Writer writer)
      throws RemoteException, RefusedException, NamingRefused {
    String path = layout.node(node) + "/" + WriterFile.nameOf(writer);
    if (read(path).isEmpty()) {
      placement.place(WriterFile.write(writer), path, Naming.FRESH);
    }
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

package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.Note;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.Writer;
import dev.lightkeeper.remote.sftp.Placement.Naming;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import net.schmizz.sshj.sftp.FileMode;

/** What is done over one connection; every refusal is explained here. */
final class SftpSession implements RemoteSession {
  private final SshLink link;
  private final SftpFiles files;
  private final RemoteLayout layout;
  private final Diagnosis diagnosis;
  private final Capabilities capabilities;
  private final SlotPool slots;
  private final Placement placement;
  private final Publisher publisher;
  private final WriterShelf writers;
  private final NoteShelf notes;
  private final AtomicBoolean warm = new AtomicBoolean();

  private interface Call<T> {
    T run() throws RemoteException, RefusedException, NamingRefused;
  }

  SftpSession(
      SshLink link,
      SftpFiles files,
      RemoteLayout layout,
      Diagnosis diagnosis,
      Capabilities capabilities,
      int slotLimit) {
    this.link = link;
    this.files = files;
    this.layout = layout;
    this.diagnosis = diagnosis;
    this.capabilities = capabilities;
    this.slots = new SlotPool(files, layout, slotLimit, capabilities);
    this.placement = new Placement(files, slots, capabilities.fsync());
    this.publisher = new Publisher(files, layout, placement, capabilities);
    this.writers = new WriterShelf(files, layout, placement, capabilities);
    this.notes = new NoteShelf(files, layout, placement, capabilities);
  }

  @Override
  public Features features() {
    return capabilities.features();
  }

  @Override
  public boolean alive() {
    return files.wire().alive();
  }

  @Override
  public void whenDead(Consumer<RemoteException> tell) {
    files.wire().whenDead(tell);
  }

  @Override
  public Features probe() throws RemoteException {
    return explained(
        1,
        () -> {
          new Probe(files, layout, placement, publisher, capabilities).run();
          return capabilities.features();
        });
  }

  @Override
  public void prepare(NodeName node) throws RemoteException {
    explained(
        1,
        () -> {
          Reply made = files.makeFolder(layout.node(node));
          Reply madeVersions = files.makeFolder(layout.versions(node));
          Reply stat = files.stat(layout.versions(node));
          if (capabilities.fsync() && warm.compareAndSet(false, true)) {
            slots.refill();
            new IncomingFolder(files, layout).sweep();
          }
          try {
            files.attributes(stat, layout.versions(node));
          } catch (RefusedException e) {
            // It is not there: why it could not be made says more.
            files.ok(made, "make the folder", layout.node(node));
            files.ok(madeVersions, "make the folder", layout.versions(node));
            throw e;
          }
          return true;
        });
  }

  @Override
  public List<NodeName> nodes() throws RemoteException {
    return explained(
        0,
        () ->
            files.list(layout.root()).stream()
                .filter(entry -> entry.attributes().getType() == FileMode.Type.DIRECTORY)
                .map(SftpFiles.Entry::name)
                .filter(NodeName::isValid)
                .map(NodeName::new)
                .sorted()
                .toList());
  }

  @Override
  public List<Version> versions(NodeName node) throws RemoteException {
    return explained(
        0,
        () -> {
          try {
            return files.list(layout.versions(node)).stream()
                .map(entry -> Version.parse(entry.name()))
                .flatMap(Optional::stream)
                .sorted()
                .toList();
          } catch (RefusedException e) {
            if (e.missing()) {
              return List.of();
            }
            throw e;
          }
        });
  }

  @Override
  public Version publish(NodeName node, Version version, ChannelBackup backup)
      throws RemoteException {
    if (!version.hash().equals(backup.hash())) {
      throw new IllegalArgumentException(version.fileName() + " is not the name of " + backup);
    }
    return explained(Math.max(1, backup.size()), () -> publisher.publish(node, version, backup));
  }

  @Override
  public ChannelBackup read(NodeName node, Version version) throws RemoteException {
    String path = layout.version(node, version);
    byte[] content = explained(0, () -> files.read(path));
    if (!Sha256.of(content).equals(version.hash())) {
      throw Diagnosis.torn(path);
    }
    return ChannelBackup.of(content);
  }

  @Override
  public boolean replaceNewest(NodeName node, ChannelBackup backup) throws RemoteException {
    if (!capabilities.replace()) {
      return false;
    }
    return explained(
        Math.max(1, backup.size()),
        () -> {
          try {
            placement.place(backup.bytes(), layout.newest(node), Naming.REPLACE);
            return true;
          } catch (NamingRefused e) {
            if (e.refusal().forbidden()) {
              capabilities.replaceRefused();
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public List<Writer> writers(NodeName node) throws RemoteException {
    return explained(0, () -> writers.writers(node));
  }

  @Override
  public void announce(NodeName node, Writer writer) throws RemoteException {
    explained(
        1,
        () -> {
          writers.announce(node, writer);
          return true;
        });
  }

  @Override
  public boolean keepOnce(NodeName node, Note note) throws RemoteException {
    return explained(Math.max(1, note.content().length), () -> notes.keepOnce(node, note));
  }

  @Override
  public List<Note> notes(NodeName node) throws RemoteException {
    return explained(0, () -> notes.notes(node));
  }

  @Override
  public void close() {
    if (alive()) {
      Thread tidy =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      new IncomingFolder(files, layout).discard(slots.drain());
                    } catch (RemoteException e) {
                      link.cut();
                    }
                  });
      try {
        tidy.join(Duration.ofMillis(400));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    link.close();
    files.wire().die(new IOException("it was closed"));
  }

  private <T> T explained(int size, Call<T> call) throws RemoteException {
    try {
      return call.run();
    } catch (NamingRefused e) {
      throw diagnosis.explain(e.refusal(), size);
    } catch (RefusedException e) {
      throw diagnosis.explain(e, size);
    }
  }
}

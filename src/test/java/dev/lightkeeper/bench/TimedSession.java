package dev.lightkeeper.bench;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.Note;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.Writer;
import java.util.List;
import java.util.function.Consumer;

/** A session that notes when each publish returned; everything else is passed on. */
record TimedSession(RemoteSession session, Acknowledgements acknowledgements)
    implements RemoteSession {
  @Override
  public Version publish(NodeName node, Version version, ChannelBackup backup)
      throws RemoteException {
    Version kept = session.publish(node, version, backup);
    acknowledgements.add(version.hash());
    return kept;
  }

  @Override
  public Features features() {
    return session.features();
  }

  @Override
  public void whenDead(Consumer<RemoteException> tell) {
    session.whenDead(tell);
  }

  @Override
  public boolean alive() {
    return session.alive();
  }

  @Override
  public Features probe() throws RemoteException {
    return session.probe();
  }

  @Override
  public void prepare(NodeName node) throws RemoteException {
    session.prepare(node);
  }

  @Override
  public List<NodeName> nodes() throws RemoteException {
    return session.nodes();
  }

  @Override
  public List<Version> versions(NodeName node) throws RemoteException {
    return session.versions(node);
  }

  @Override
  public ChannelBackup read(NodeName node, Version version) throws RemoteException {
    return session.read(node, version);
  }

  @Override
  public boolean replaceNewest(NodeName node, ChannelBackup backup) throws RemoteException {
    return session.replaceNewest(node, backup);
  }

  @Override
  public List<Writer> writers(NodeName node) throws RemoteException {
    return session.writers(node);
  }

  @Override
  public void announce(NodeName node, Writer writer) throws RemoteException {
    session.announce(node, writer);
  }

  @Override
  public boolean keepOnce(NodeName node, Note note) throws RemoteException {
    return session.keepOnce(node, note);
  }

  @Override
  public List<Note> notes(NodeName node) throws RemoteException {
    return session.notes(node);
  }

  @Override
  public void close() {
    session.close();
  }
}

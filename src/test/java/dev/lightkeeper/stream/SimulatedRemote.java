package dev.lightkeeper.stream;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.Note;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A remote that keeps the contract of {@link RemoteSession} and fails in every way it allows. */
final class SimulatedRemote implements Remote {
  /** How the server is at the moment. */
  enum Mood {
    WELL,
    UNREACHABLE,
    FULL,
    READ_ONLY
  }

  /** What the server's disk holds of one node. */
  static final class Folder {
    final TreeMap<String, byte[]> versions = new TreeMap<>();
    final List<Writer> writers = new ArrayList<>();
    final TreeMap<String, String> notes = new TreeMap<>();
    byte @Nullable [] newest;
  }

  private final String name;
  private final boolean writeOnce;
  private final RandomGenerator random;
  final Map<NodeName, Folder> disk = new HashMap<>();
  final Map<NodeName, Set<Version>> acknowledged = new HashMap<>();
  Mood mood = Mood.WELL;
  double faults;
  @Nullable Bug bug;
  private int epoch;

  SimulatedRemote(String name, boolean writeOnce, RandomGenerator random) {
    this.name = name;
    this.writeOnce = writeOnce;
    this.random = random;
  }

  /** The server's process dies: every connection breaks. */
  void crash() {
    epoch++;
  }

  Folder folder(NodeName node) {
    return disk.computeIfAbsent(node, _ -> new Folder());
  }

  void announce(Folder folder, Writer writer) {
    folder.writers.add(writer);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String location() {
    return "sim://" + name;
  }

  private RemoteException error(RemoteException.Kind kind, String what) {
    return new RemoteException(kind, name + ": " + what, "nothing", null);
  }

  @Override
  public RemoteSession connect() throws RemoteException {
    if (mood == Mood.UNREACHABLE || fault()) {
      throw error(RemoteException.Kind.UNREACHABLE, "no connection");
    }
    return new Session(epoch);
  }

  @Override
  public ArchiveShelf archives() {
    throw new UnsupportedOperationException("only versions are simulated");
  }

  private boolean fault() {
    return random.nextDouble() < faults;
  }

  /** The valid versions of a node, oldest first. */
  List<Version> valid(NodeName node) {
    return folder(node).versions.entrySet().stream()
        .flatMap(
            e ->
                Version.parse(e.getKey())
                    .filter(v -> v.hash().equals(Sha256.of(e.getValue())))
                    .stream())
        .sorted()
        .toList();
  }

  private final class Session implements RemoteSession {
    private final int born;
    private boolean dead;

    Session(int born) {
      this.born = born;
    }

    private void enter() throws RemoteException {
      if (dead || born != epoch || mood == Mood.UNREACHABLE || fault()) {
        throw broken("connection lost");
      }
    }

    private RemoteException broken(String what) {
      dead = true;
      return error(RemoteException.Kind.UNREACHABLE, what);
    }

    private void writable() throws RemoteException {
      if (mood == Mood.READ_ONLY) {
        throw error(RemoteException.Kind.PERMISSION, "read-only");
      }
    }

    /** The work was done, and the answer may never arrive. */
    private void leave() throws RemoteException {
      if (fault()) {
        throw broken("reply lost");
      }
    }

    @Override
    public Features features() {
      return new Features("simulated", true, !writeOnce, !writeOnce, List.of());
    }

    @Override
    public boolean alive() {
      return !dead && born == epoch && mood != Mood.UNREACHABLE;
    }

    @Override
    public Features probe() {
      return features();
    }

    @Override
    public void prepare(NodeName node) throws RemoteException {
      enter();
      writable();
      folder(node);
      leave();
    }

    @Override
    public List<NodeName> nodes() {
      return disk.keySet().stream().sorted().toList();
    }

    @Override
    public List<Version> versions(NodeName node) throws RemoteException {
      enter();
      List<Version> listed =
          folder(node).versions.keySet().stream()
              .flatMap(n -> Version.parse(n).stream())
              .sorted()
              .toList();
      leave();
      return listed;
    }

    @Override
    public Version publish(NodeName node, Version version, ChannelBackup backup)
        throws RemoteException {
      enter();
      writable();
      Version target = free(node, version);
      byte[] there = folder(node).versions.get(target.fileName());
      if (there == null) {
        write(node, target, backup);
      }
      acknowledged.computeIfAbsent(node, _ -> new HashSet<>()).add(target);
      leave();
      return target;
    }

    /** A torn file under the name is removed, or gone round where nothing can be removed. */
    private Version free(NodeName node, Version version) {
      Version target = version;
      byte[] there = folder(node).versions.get(target.fileName());
      while (there != null
          && bug != Bug.NAME_TAKEN_FOR_CONTENT
          && !Sha256.of(there).equals(version.hash())) {
        if (!writeOnce) {
          folder(node).versions.remove(target.fileName());
        } else {
          target = target.renamed();
        }
        there = folder(node).versions.get(target.fileName());
      }
      return target;
    }

    private void write(NodeName node, Version target, ChannelBackup backup) throws RemoteException {
      byte[] torn = Arrays.copyOf(backup.bytes(), random.nextInt(backup.size() + 1) / 2);
      if (mood == Mood.FULL) {
        // The rename in the same flight happens even though the write failed.
        if (random.nextBoolean()) {
          folder(node).versions.put(target.fileName(), torn);
        }
        throw error(RemoteException.Kind.NO_SPACE, "disk full");
      }
      if (fault()) {
        if (random.nextBoolean()) {
          folder(node).versions.put(target.fileName(), torn);
        }
        throw broken("died in the middle of a write");
      }
      folder(node).versions.put(target.fileName(), backup.bytes());
    }

    @Override
    public ChannelBackup read(NodeName node, Version version) throws RemoteException {
      enter();
      byte[] there = folder(node).versions.get(version.fileName());
      if (there != null && Sha256.of(there).equals(version.hash())) {
        leave();
        return ChannelBackup.of(there);
      }
      throw error(
          there == null ? RemoteException.Kind.NOT_FOUND : RemoteException.Kind.TORN,
          "not as it was sent");
    }

    @Override
    public boolean replaceNewest(NodeName node, ChannelBackup backup) throws RemoteException {
      enter();
      writable();
      if (writeOnce) {
        return false;
      }
      if (mood == Mood.FULL) {
        throw error(RemoteException.Kind.NO_SPACE, "disk full");
      }
      folder(node).newest = backup.bytes();
      leave();
      return true;
    }

    @Override
    public List<Writer> writers(NodeName node) throws RemoteException {
      enter();
      List<Writer> writers =
          folder(node).writers.stream().sorted(Comparator.comparing(Writer::since)).toList();
      leave();
      return writers;
    }

    @Override
    public void announce(NodeName node, Writer writer) throws RemoteException {
      enter();
      writable();
      SimulatedRemote.this.announce(folder(node), writer);
      leave();
    }

    @Override
    public boolean keepOnce(NodeName node, Note note) throws RemoteException {
      enter();
      writable();
      if (mood == Mood.FULL) {
        throw error(RemoteException.Kind.NO_SPACE, "disk full");
      }
      String there = folder(node).notes.putIfAbsent(note.name(), note.text());
      leave();
      return there == null || there.equals(note.text());
    }

    @Override
    public List<Note> notes(NodeName node) throws RemoteException {
      enter();
      List<Note> notes =
          folder(node).notes.entrySet().stream()
              .map(e -> new Note(e.getKey(), e.getValue()))
              .toList();
      leave();
      return notes;
    }

    @Override
    public void close() {
      dead = true;
    }
  }
}

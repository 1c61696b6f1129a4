package dev.lightkeeper.remote.directory;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.Note;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.Writer;
import dev.lightkeeper.remote.WriterFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A folder in use. It is alive as long as the folder is there. */
final class DirectorySession implements RemoteSession {
  private final Path root;
  private final DurableFile durable;
  private final DiskCalls calls;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile boolean dead;

  DirectorySession(Path root, DiskCalls calls) {
    this.root = root;
    this.calls = calls;
    this.durable = new DurableFile(root.resolve("incoming"));
  }

  @Override
  public Features features() {
    return new Features("a folder of this host", true, true, true, List.of());
  }

  /** Looks in the background, and answers what was seen before. */
  @Override
  public boolean alive() {
    if (!dead && looking.compareAndSet(false, true)) {
      calls.begin(
          () -> {
            if (!Presence.there(root)) {
              dead = true;
            }
            looking.set(false);
          });
    }
    if (calls.hanging()) {
      dead = true;
    }
    return !dead;
  }

  @Override
  public Features probe() throws RemoteException {
    return explained(
        () -> {
          byte[] content = "Lightkeeper tried here.\n".getBytes(StandardCharsets.UTF_8);
          Path path = root.resolve("incoming").resolve("probe");
          Files.deleteIfExists(path);
          durable.create(path, content);
          if (!Arrays.equals(Files.readAllBytes(path), content)) {
            throw torn(path);
          }
          Files.delete(path);
          return features();
        });
  }

  @Override
  public void prepare(NodeName node) throws RemoteException {
    explained(
        () -> {
          Path versions = versionsFolder(node);
          if (!Files.isDirectory(versions)) {
            Files.createDirectories(versions);
            DurableFile.sync(root.resolve(node.value()));
            DurableFile.sync(root);
          }
          return true;
        });
  }

  @Override
  public List<NodeName> nodes() throws RemoteException {
    return explained(
        () ->
            names(root).stream()
                .filter(name -> Files.isDirectory(root.resolve(name)))
                .filter(NodeName::isValid)
                .map(NodeName::new)
                .sorted()
                .toList());
  }

  @Override
  public List<Version> versions(NodeName node) throws RemoteException {
    return explained(
        () ->
            names(versionsFolder(node)).stream()
                .map(Version::parse)
                .flatMap(Optional::stream)
                .sorted()
                .toList());
  }

  @Override
  public Version publish(NodeName node, Version version, ChannelBackup backup)
      throws RemoteException {
    if (!version.hash().equals(backup.hash())) {
      throw new IllegalArgumentException(version.fileName() + " is not the name of " + backup);
    }
    return explained(
        () -> {
          Path path = versionsFolder(node).resolve(version.fileName());
          try {
            durable.create(path, backup.bytes());
          } catch (FileAlreadyExistsException e) {
            if (Sha256.of(Files.readAllBytes(path)).equals(version.hash())) {
              DurableFile.sync(path);
              DurableFile.sync(versionsFolder(node));
            } else {
              Files.delete(path); // torn: it was never a version
              durable.create(path, backup.bytes());
            }
          }
          return version;
        });
  }

  @Override
  public ChannelBackup read(NodeName node, Version version) throws RemoteException {
    return explained(
        () -> {
          Path path = versionsFolder(node).resolve(version.fileName());
          if (Files.size(path) > ChannelBackup.MAX_SIZE) {
            throw torn(path);
          }
          ChannelBackup backup = ChannelBackup.of(Files.readAllBytes(path));
          if (!backup.hash().equals(version.hash())) {
            throw torn(path);
          }
          return backup;
        });
  }

  @Override
  public boolean replaceNewest(NodeName node, ChannelBackup backup) throws RemoteException {
    return explained(
        () -> {
          durable.replace(root.resolve(node.value()).resolve(Version.FILE), backup.bytes());
          return true;
        });
  }

  @Override
  public List<Writer> writers(NodeName node) throws RemoteException {
    return explained(
        () -> {
          Set<Writer> writers = new HashSet<>();
          Path folder = root.resolve(node.value());
          for (String name : names(folder)) {
            if (WriterFile.isName(name)) {
              WriterFile.read(Files.readAllBytes(folder.resolve(name))).ifPresent(writers::add);
            }
          }
          return writers.stream().sorted(Comparator.comparing(Writer::since)).toList();
        });
  }

  @Override
  public void announce(NodeName node, Writer writer) throws RemoteException {
    explained(
        () -> {
          Path folder = root.resolve(node.value());
          byte[] content = WriterFile.write(writer);
          durable.replace(folder.resolve(WriterFile.nameOf(writer)), content);
          durable.replace(folder.resolve(WriterFile.NAME), content);
          return true;
        });
  }

  @Override
  public boolean keepOnce(NodeName node, Note note) throws RemoteException {
    return explained(
        () -> {
          Path folder = notesFolder(node);
          Files.createDirectories(folder);
          Path path = folder.resolve(note.name());
          try {
            durable.create(path, note.content());
            DurableFile.sync(root.resolve(node.value()));
            DurableFile.sync(root);
            return true;
          } catch (FileAlreadyExistsException e) {
            return Arrays.equals(Files.readAllBytes(path), note.content());
          }
        });
  }

  @Override
  public List<Note> notes(NodeName node) throws RemoteException {
    return explained(
        () -> {
          Path folder = notesFolder(node);
          List<Note> notes = new ArrayList<>();
          for (String name : names(folder).stream().filter(Note::isName).sorted().toList()) {
            notes.add(Note.of(name, Files.readAllBytes(folder.resolve(name))));
          }
          return notes;
        });
  }

  @Override
  public void close() {
    dead = true;
  }

  private Path notesFolder(NodeName node) {
    return root.resolve(node.value()).resolve(Note.FOLDER);
  }

  private Path versionsFolder(NodeName node) {
    return root.resolve(node.value()).resolve("versions");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  private static RemoteException torn(Path path) {
    return new RemoteException(
        Kind.TORN,
        path + " does not hold what its name promises: it was cut short or changed",
        "use another version or remote",
        null);
  }

  private <T> T explained(DiskCalls.Call<T> call) throws RemoteException {
    return calls.within(
        () -> {
          if (dead || !Presence.there(root)) {
            dead = true;
            throw new RemoteException(
                Kind.UNREACHABLE,
                "The folder " + root + " is gone or was closed",
                "see whether the disk is mounted; connect again",
                null);
          }
          return call.run();
        });
  }
}

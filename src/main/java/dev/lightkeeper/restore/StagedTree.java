package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchivedEntry;
import dev.lightkeeper.archive.EntryName;
import dev.lightkeeper.archive.EntryType;
import dev.lightkeeper.node.ContentScan;
import dev.lightkeeper.node.ToxicFiles;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of an archive that becomes files, written below a folder that nobody else writes to. A
 * parent is always a directory that was made here, so nothing is ever written through a link.
 * Channel state goes aside before it has a name in the tree.
 */
final class StagedTree {
  private static final String INCOMING = "incoming";
  private static final List<String> COMPANIONS = List.of("-wal", "-shm", "-journal");

  private final Path root;
  private final Path aside;
  private final SystemCalls system;
  private final Room room;
  private final SparseFile file = new SparseFile();
  private final Path incoming;
  private final WriteOut disk;
  private final Map<EntryName, Optional<ArchivedEntry>> directories = new LinkedHashMap<>();
  private final Set<EntryName> others = new HashSet<>();
  private final Map<EntryName, Withheld> withheld = new HashMap<>();
  private final List<Withheld> inOrder = new ArrayList<>();

  /**
   * @param root a new folder
   * @param aside a folder for channel state
   */
  StagedTree(Path root, Path aside, SystemCalls system, Room room) {
    this.root = root;
    this.aside = aside;
    this.system = system;
    this.room = room;
    this.incoming = root.resolveSibling(INCOMING);
    this.disk = new WriteOut(system, PathBytes.of(incoming));
  }

  List<Withheld> withheld() {
    return List.copyOf(inOrder);
  }

  /** Puts one entry there under {@code name}, which is relative and does not climb. */
  void put(EntryName name, ArchivedEntry entry, InputStream content)
      throws IOException, RestoreException {
    makeParents(name);
    if (entry.type() == EntryType.DIRECTORY) {
      directory(name, entry);
      return;
    }
    if (directories.containsKey(name) || !others.add(name)) {
      throw refused(name, "is there twice");
    }
    switch (entry.type()) {
      case FILE -> file(name, entry, content);
      case SYMBOLIC_LINK -> symbolicLink(name, entry);
      case HARD_LINK -> hardLink(name, entry);
      case FIFO -> {
        system.mkfifo(path(name));
        attributes(path(name), entry);
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE -> throw refused(name, "is a device");
      case DIRECTORY -> throw new IllegalStateException("handled above");
    }
  }

  private void makeParents(EntryName name) throws IOException, RestoreException {
    byte[] bytes = name.bytes();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '/') {
        EntryName parent = EntryName.of(Arrays.copyOf(bytes, i));
        if (others.contains(parent)) {
          throw refused(name, "is below " + parent + ", which is no directory");
        }
        if (!directories.containsKey(parent)) {
          system.mkdir(path(parent));
          directories.put(parent, Optional.empty());
        }
      }
    }
  }

  private void directory(EntryName name, ArchivedEntry entry) throws IOException, RestoreException {
    if (others.contains(name)) {
      throw refused(name, "is there twice");
    }
    if (!directories.containsKey(name)) {
      system.mkdir(path(name));
    }
    directories.put(name, Optional.of(entry));
  }

  private void file(EntryName name, ArchivedEntry entry, InputStream content)
      throws IOException, RestoreException {
    ContentScan scan = new ContentScan();
    file.write(
        incoming,
        content,
        (bytes, length, end) -> {
          scan.update(bytes, 0, length);
          disk.reached(end);
        },
        room::take);
    String why = state(name, scan, incoming);
    byte[] path = why == null ? path(name) : withhold(name, why);
    system.rename(PathBytes.of(incoming), path);
    attributes(path, entry);
    disk.settled(path, entry.size());
  }

  /** Why the file is channel state; null if it is not. */
  private static @Nullable String state(EntryName name, ContentScan scan, Path incoming)
      throws IOException {
    String path = name.toString();
    Optional<String> state = ToxicFiles.channelState(path).or(scan::channelState);
    if (state.isPresent()) {
      return state.get();
    }
    boolean unseen = scan.opaque();
    if (scan.gzip()) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(incoming), 1 << 16)) {
        state = ContentScan.gunzipped(in).channelState();
        if (state.isPresent()) {
          return state.get() + " (in gzip)";
        }
      } catch (ContentScan.Unseen e) {
        unseen = true;
      }
    }
    return unseen && ToxicFiles.inNodeVolume(path)
        ? "compressed so that nobody here can look into it, in a node's volume"
        : null;
  }

  /** Where the file is to be kept, known from now on as withheld. */
  private byte[] withhold(EntryName name, String why) {
    String last = name.toString();
    String plain = last.substring(last.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    Path kept =
        aside.resolve(
            "%04d-%s.OLD-STATE-DO-NOT-START"
                .formatted(inOrder.size() + 1, plain.substring(0, Math.min(150, plain.length()))));
    Withheld one = new Withheld(name.toString(), why, kept);
    withheld.put(name, one);
    inOrder.add(one);
    return PathBytes.of(kept);
  }

  private void symbolicLink(EntryName name, ArchivedEntry entry)
      throws IOException, RestoreException {
    Optional<String> state = ToxicFiles.channelState(name.toString());
    byte[] path = state.isPresent() ? withhold(name, state.get()) : path(name);
    system.symlink(target(name, entry).bytes(), path);
    system.chown(path, entry.uid(), entry.gid());
    system.touch(path, entry.modified());
  }

  private void hardLink(EntryName name, ArchivedEntry entry) throws IOException, RestoreException {
    Optional<EntryPlace> place = EntryPlace.of(target(name, entry));
    EntryName target =
        switch (place.orElse(null)) {
          case EntryPlace.Data data -> data.name();
          case EntryPlace.Secret secret -> secret.name();
          case null, default ->
              throw refused(name, "is a link to " + entry.link() + ", outside of the volumes");
        };
    Withheld state = withheld.get(target);
    if (state != null) {
      system.link(PathBytes.of(state.file()), withhold(name, state.why()));
      return;
    }
    if (!others.contains(target)
        || !Files.isRegularFile(target.below(root), LinkOption.NOFOLLOW_LINKS)) {
      throw refused(name, "is a link to " + target + ", which is no file before it");
    }
    Optional<String> byName = ToxicFiles.channelState(name.toString());
    if (byName.isPresent()) {
      // The same file under a name that says nothing.
      byte[] kept = withhold(target, byName.get());
      system.rename(path(target), kept);
      disk.moved(path(target), kept);
      system.link(PathBytes.of(inOrder.getLast().file()), withhold(name, byName.get()));
      return;
    }
    system.link(path(target), path(name));
  }

  private static EntryName target(EntryName name, ArchivedEntry entry) throws RestoreException {
    EntryName target = entry.link();
    if (target == null) {
      throw refused(name, "is a link to nothing");
    }
    return target;
  }

  private void attributes(byte[] path, ArchivedEntry entry) throws IOException {
    system.chown(path, entry.uid(), entry.gid());
    system.chmod(path, entry.mode());
    system.touch(path, entry.modified());
  }

  /** Gives directories their owners, modes and times: nothing can be put there any more. */
  void finish() throws IOException {
    withholdCompanions();
    for (Map.Entry<EntryName, Optional<ArchivedEntry>> made :
        new ArrayList<>(directories.entrySet()).reversed()) {
      if (made.getValue().isPresent()) {
        attributes(path(made.getKey()), made.getValue().get());
      } else {
        system.chmod(path(made.getKey()), 0755);
      }
    }
  }

  /** The log of a database that is withheld would be nobody's. */
  private void withholdCompanions() throws IOException {
    for (EntryName name : List.copyOf(withheld.keySet())) {
      for (String suffix : COMPANIONS) {
        byte[] bytes = name.bytes();
        byte[] longer = Arrays.copyOf(bytes, bytes.length + suffix.length());
        for (int i = 0; i < suffix.length(); i++) {
          longer[bytes.length + i] = (byte) suffix.charAt(i);
        }
        EntryName companion = EntryName.of(longer);
        if (others.contains(companion) && !withheld.containsKey(companion)) {
          system.rename(path(companion), withhold(companion, "belongs to " + name));
        }
      }
    }
  }

  private byte[] path(EntryName name) {
    return PathBytes.of(root, name);
  }

  private static RestoreException refused(EntryName name, String how) {
    return new RestoreException(
        Kind.ARCHIVE,
        "the archive's entry %s %s".formatted(name, how),
        "no backup makes such an archive: find out where it is from before you trust it");
  }
}

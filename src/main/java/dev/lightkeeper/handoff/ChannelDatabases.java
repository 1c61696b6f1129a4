package dev.lightkeeper.handoff;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a node on this host keeps its channel database. LND: {@code data/graph/<net>/} beside the
 * {@code data/chain/<coin>/<net>/} of its channel backup; Core Lightning: beside its channel
 * backup.
 */
public final class ChannelDatabases {
  private static final String VOLUMES = "/volumes/";
  private static final Pattern LND =
      Pattern.compile(
          "(channel|sphinxreplay|wtclient)\\.db|(channel|lnd)\\.sqlite(-wal|-shm|-journal)?");
  private static final Pattern CLN = Pattern.compile("lightningd\\.sqlite3(-wal|-shm|-journal)?");
  private static final Pattern SIDE_FILE = Pattern.compile(".*-(wal|shm|journal)");

  private ChannelDatabases() {}

  /**
   * The files of its channel database that exist, in order of name; none for a node of an unknown
   * kind.
   */
  public static List<Path> of(Node node) throws IOException {
    if (node.kind() == NodeKind.FILE) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder(node))) {
      return files.filter(f -> holds(node, f)).filter(Files::isRegularFile).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  /** Whether {@code file} is, by its path alone, of the channel database of {@code node}. */
  public static boolean holds(Node node, Path file) {
    return node.kind() != NodeKind.FILE
        && folder(node).equals(file.getParent())
        && names(node).matcher(String.valueOf(file.getFileName())).matches();
  }

  /**
   * Where an archive's entry {@code name} is on the source, if by its path alone it is of the
   * channel database of {@code node}.
   */
  public static Optional<Path> archived(Node node, String name) {
    String file = node.file().toString();
    int root = file.lastIndexOf(VOLUMES);
    return root < 0
        ? Optional.empty()
        : Optional.of(Path.of(file.substring(0, root), name)).filter(path -> holds(node, path));
  }

  /**
   * A database file's SHA-256, as an offer has it.
   *
   * @throws NoSuchFileException if it is not there
   */
  public static Sha256 hash(Path file) throws IOException {
    return FileHash.of(file)
        .map(FileHash::hash)
        .orElseThrow(() -> new NoSuchFileException(file.toString()));
  }

  /** Whether a file of this name is of a channel database of some node. */
  public static boolean named(String name) {
    return LND.matcher(name).matches() || CLN.matcher(name).matches();
  }

  /**
   * Whether a program has the database open.
   *
   * @throws IOException if that cannot be found out
   */
  public static boolean inUse(Path database) throws IOException {
    if (!lockable(database)) {
      return false;
    }
    try (DatabaseLock lock = DatabaseLock.take(database).orElse(null)) {
      return lock == null;
    }
  }

  private static Pattern names(Node node) {
    return node.kind() == NodeKind.LND ? LND : CLN;
  }

  /** The folder of its channel database; for a node of an unknown kind that of its file. */
  public static Path folder(Node node) {
    Path beside = Objects.requireNonNull(node.file().getParent(), "an absolute path");
    if (node.kind() != NodeKind.LND) {
      return beside;
    }
    // …/data/chain/bitcoin/mainnet
    Path coin = beside.getParent();
    Path chain = coin == null ? null : coin.getParent();
    Path data = chain == null ? null : chain.getParent();
    return data == null
        ? beside
        : data.resolve("graph").resolve(String.valueOf(beside.getFileName()));
  }

  /** Whether it is a database itself, which its program locks, and no file beside one. */
  static boolean lockable(Path file) {
    return !SIDE_FILE.matcher(String.valueOf(file.getFileName())).matches();
  }
}

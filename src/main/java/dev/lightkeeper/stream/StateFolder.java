package dev.lightkeeper.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state in a folder of its own: {@code nodes/<node>.json}, {@code spool/<node>/<version>},
 * {@code writer}. Every file is written under another name, fsynced and renamed.
 */
public final class StateFolder implements StateStore {
  private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);

  private final Path root;
  private final ObjectMapper json = new ObjectMapper();

  private StateFolder(Path root) {
    this.root = root;
  }

  /**
   * Opens the folder, making what is missing, for the owner alone.
   *
   * @throws IOException if it cannot be made or written
   */
  public static StateFolder open(Path root) throws IOException {
    for (Path folder : List.of(root, root.resolve("nodes"), root.resolve("spool"))) {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
    }
    StateFolder state = new StateFolder(root);
    state.removeLeftovers();
    return state;
  }

  /** A folder that another process may be using: to be read, nothing in it is changed. */
  public static StateFolder reading(Path root) {
    return new StateFolder(root);
  }

  /** Only in its own folders: a backup may be at work in another one of this root. */
  private void removeLeftovers() throws IOException {
    removeLeftovers(root);
    removeLeftovers(root.resolve("nodes"));
    try (Stream<Path> nodes = Files.list(root.resolve("spool"))) {
      for (Path node : nodes.filter(Files::isDirectory).toList()) {
        removeLeftovers(node);
      }
    }
  }

  private static void removeLeftovers(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".tmp")).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * This installation's random id, made at the first call.
   *
   * @throws IOException if it can be neither read nor written
   */
  public String writerId() throws IOException {
    Path file = root.resolve("writer");
    if (Files.exists(file)) {
      return Files.readString(file).strip();
    }
    String id = UUID.randomUUID().toString().replace("-", "");
    write(file, (id + "\n").getBytes(StandardCharsets.US_ASCII));
    return id;
  }

  @Override
  public Ledger ledger(NodeName node) {
    Path file = ledgerFile(node);
    try {
      return LedgerJson.read(node, json.readTree(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Ledger.fresh(node);
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} cannot be read ({}): starting without it; what the remotes hold is looked up again",
          file,
          e.toString());
      return Ledger.fresh(node);
    }
  }

  @Override
  public void save(Ledger ledger) throws IOException {
    JsonNode tree = LedgerJson.write(ledger, json.createObjectNode());
    write(ledgerFile(ledger.node()), json.writeValueAsBytes(tree));
  }

  private Path ledgerFile(NodeName node) {
    return root.resolve("nodes").resolve(node + ".json");
  }

  private Path spoolFolder(NodeName node) {
    return root.resolve("spool").resolve(node.value());
  }

  @Override
  public List<Kept> spooled(NodeName node) {
    List<Kept> kept = new ArrayList<>();
    Path folder = spoolFolder(node);
    if (!Files.isDirectory(folder)) {
      return kept;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Version.parse(file.getFileName().toString())
            .flatMap(v -> load(node, v).map(b -> new Kept(v, b.size())))
            .ifPresent(kept::add);
      }
    } catch (IOException e) {
      LOG.warn("the spool {} cannot be listed: {}", folder, e.toString());
    }
    return kept;
  }

  @Override
  public void store(NodeName node, Version version, ChannelBackup backup) throws IOException {
    Path folder = spoolFolder(node);
    Files.createDirectories(folder);
    write(folder.resolve(version.fileName()), backup.bytes());
  }

  @Override
  public Optional<ChannelBackup> load(NodeName node, Version version) {
    Path file = spoolFolder(node).resolve(version.fileName());
    try {
      ChannelBackup backup = ChannelBackup.of(Files.readAllBytes(file));
      if (backup.hash().equals(version.hash())) {
        return Optional.of(backup);
      }
      LOG.warn("{} does not match its hash and is not used", file);
    } catch (NoSuchFileException e) {
      LOG.debug("{} is not in the spool", file);
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} cannot be read: {}", file, e.toString());
    }
    return Optional.empty();
  }

  @Override
  public void discard(NodeName node, Version version) {
    Path file = spoolFolder(node).resolve(version.fileName());
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed: {}", file, e.toString());
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      try (FileChannel out =
          FileChannel.open(
              temporary,
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        out.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    try (FileChannel folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}

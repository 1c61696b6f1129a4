package dev.lightkeeper.node;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds nodes by what their data directories look like. Only looks; writes nothing.
 *
 * <p>LND keeps {@code data/chain/<coin>/<network>/channel.backup} below its directory, Core
 * Lightning {@code <network>/emergency.recover}; a directory is asked for both.
 */
public final class NodeFinder {
  private static final String LND_FILE = "channel.backup";
  private static final String CLN_FILE = "emergency.recover";
  private static final Set<String> LND_NETWORKS =
      Set.of("mainnet", "testnet", "testnet4", "signet", "regtest", "simnet");
  // Any one of them makes a directory a Core Lightning network directory.
  private static final List<String> CLN_FILES =
      List.of(CLN_FILE, "hsm_secret", "lightningd.sqlite3");

  private final List<FoundNode> nodes = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Set<Path> seen = new HashSet<>();
  private final Set<String> names = new HashSet<>();

  private NodeFinder() {}

  /**
   * What a search found.
   *
   * @param notes what could not be looked into, for a person
   */
  public record Found(List<FoundNode> nodes, List<String> notes) {
    public Found {
      nodes = List.copyOf(nodes);
      notes = List.copyOf(notes);
    }
  }

  /**
   * The nodes whose data is in {@code directories}, in that order; a node reached on two ways
   * counts once. Directories that do not exist are passed over.
   */
  public static Found find(List<Path> directories) {
    NodeFinder finder = new NodeFinder();
    for (Path directory : directories) {
      finder.lookForLnd(directory);
      finder.lookForCln(directory);
    }
    return new Found(finder.nodes, finder.notes);
  }

  private void lookForLnd(Path directory) {
    for (Path coin : directoriesIn(directory.resolve("data/chain"))) {
      for (Path network : directoriesIn(coin)) {
        if (LND_NETWORKS.contains(fileName(network))) {
          String prefix = fileName(coin).equals("bitcoin") ? "lnd-" : "lnd-" + fileName(coin) + "-";
          add(prefix + fileName(network), NodeKind.LND, network.resolve(LND_FILE));
        }
      }
    }
  }

  private void lookForCln(Path directory) {
    for (Path network : directoriesIn(directory)) {
      if (CLN_FILES.stream().anyMatch(f -> Files.exists(network.resolve(f)))) {
        add("cln-" + fileName(network), NodeKind.CLN, network.resolve(CLN_FILE));
      }
    }
  }

  private void add(String wanted, NodeKind kind, Path file) {
    if (!NodeName.isValid(wanted) || !seen.add(identity(file))) {
      return;
    }
    String name = wanted;
    for (int i = 2; !names.add(name); i++) {
      name = wanted + "-" + i;
    }
    nodes.add(new FoundNode(new Node(new NodeName(name), kind, file), note(file)));
  }

  private static @Nullable String note(Path file) {
    return Files.exists(file) ? null : "its " + file.getFileName() + " does not exist yet";
  }

  /** Where the file's directory really is, so that symbolic links do not make a second node. */
  private static Path identity(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    try {
      return parent == null ? file : parent.toRealPath().resolve(file.getFileName());
    } catch (IOException e) {
      return file.toAbsolutePath();
    }
  }

  private List<Path> directoriesIn(Path directory) {
    List<Path> found = new ArrayList<>();
    if (Files.notExists(directory)) {
      return found;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
      entries.forEach(found::add);
    } catch (NotDirectoryException e) {
      return List.of();
    } catch (AccessDeniedException e) {
      denied(directory);
    } catch (DirectoryIteratorException | IOException e) {
      notes.add("cannot look into " + directory + ": " + e.getMessage());
    }
    found.sort(null);
    return found;
  }

  private void denied(Path directory) {
    String note = "may not look into " + directory + ": run this as root to find nodes there";
    if (!notes.contains(note)) {
      notes.add(note);
    }
  }

  private static String fileName(Path path) {
    return String.valueOf(path.getFileName());
  }
}

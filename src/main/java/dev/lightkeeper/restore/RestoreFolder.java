package dev.lightkeeper.restore;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lightkeeper.files.PrivateFile;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code lightkeeper-restore} in Docker's root, on the volumes' file system but outside of them: no
 * archive takes it along. One folder a restore: journal, what was staged, what was before, what was
 * withheld.
 */
public final class RestoreFolder {
  private static final String NAME = "lightkeeper-restore";
  private static final String JOURNAL = "journal.json";
  private static final String NODES = "nodes.json";

  private final JsonMapper json =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private final Path root;

  private RestoreFolder(Path root) {
    this.root = root;
  }

  /** The one in {@code dockerRoot}, made if need be. */
  public static RestoreFolder in(Path dockerRoot) throws IOException {
    Path root = path(dockerRoot);
    if (!Files.isDirectory(root)) {
      Files.createDirectory(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return new RestoreFolder(root);
  }

  /** Where it is, if it is there. */
  static Path path(Path dockerRoot) {
    return dockerRoot.resolve(NAME);
  }

  /** Where it is. */
  public Path path() {
    return root;
  }

  Path of(String id) {
    return root.resolve(id);
  }

  Path before(String id) {
    return of(id).resolve("before");
  }

  Path staging(String id) {
    return of(id).resolve("staging");
  }

  /** Every restore that has a journal, oldest first. */
  List<RestoreJournal> journals() throws IOException, RestoreException {
    List<RestoreJournal> found = new ArrayList<>();
    for (Path folder : folders()) {
      if (Files.exists(folder.resolve(JOURNAL))) {
        found.add(read(folder.resolve(JOURNAL)));
      }
    }
    return found;
  }

  /** The restore that did not end; empty if there is none. */
  Optional<RestoreJournal> pending() throws IOException, RestoreException {
    return journals().stream()
        .filter(
            j ->
                switch (j.phase()) {
                  case SWAPPING, SPENDING, STARTING, ROLLING_BACK -> true;
                  case CLAIMING, DONE, ROLLED_BACK -> false;
                })
        .findFirst();
  }

  /**
   * The newest restore, if it can still be undone or its claim given up: what was there before an
   * older one is older than what a person means.
   *
   * @throws RestoreException NOT_FOUND
   */
  RestoreJournal toUndo() throws IOException, RestoreException {
    RestoreJournal last =
        journals().reversed().stream()
            .filter(j -> j.phase() != RestoreJournal.Phase.CLAIMING || j.claims())
            .findFirst()
            .orElseThrow(
                () ->
                    new RestoreException(
                        Kind.NOT_FOUND,
                        "there is no restore to roll back in " + root,
                        "nothing has to be done"));
    if (last.phase() == RestoreJournal.Phase.ROLLED_BACK && !last.claims()) {
      throw new RestoreException(
          Kind.NOT_FOUND,
          "the last restore, %s, is rolled back already".formatted(last.name()),
          "nothing has to be done; what older ones moved aside stays in " + root);
    }
    return last;
  }

  /** The ids of restores whose staged files still exist: what belongs to them is to be kept. */
  Set<String> kept() throws IOException, RestoreException {
    return journals().stream()
        .map(RestoreJournal::id)
        .filter(id -> Files.isDirectory(staging(id)))
        .collect(Collectors.toSet());
  }

  /** Removes what was staged by runs that died before they touched anything. */
  void sweep() throws IOException, RestoreException {
    for (Path folder : folders()) {
      if (!Files.exists(folder.resolve(JOURNAL))) {
        Trees.remove(folder);
      } else if (read(folder.resolve(JOURNAL)).phase() == RestoreJournal.Phase.CLAIMING) {
        // The journal stays: it says which claim could be given up.
        Trees.remove(folder.resolve("staging"));
      }
    }
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .filter(f -> String.valueOf(f.getFileName()).matches("\\d{8}T\\d{6}Z"))
          .sorted()
          .toList();
    }
  }

  private RestoreJournal read(Path file) throws RestoreException {
    try {
      return json.readValue(Files.readAllBytes(file), RestoreJournal.class);
    } catch (IOException | RuntimeException e) {
      throw new RestoreException(
          Kind.STUCK,
          "cannot read " + file + ", which says how far a restore got: " + e.getMessage(),
          "look at what is in that folder before anything is started",
          e);
    }
  }

  /** Puts on disk which nodes the restore {@code id} brings back. */
  void write(String id, List<RestoredNode> nodes) throws IOException {
    PrivateFile.replace(
        of(id).resolve(NODES), json.writerWithDefaultPrettyPrinter().writeValueAsBytes(nodes));
  }

  /**
   * The nodes that the last restore brought back; none if it was of a version that did not write
   * them down.
   *
   * @throws RestoreException of kind NOT_FOUND if there was no restore, it was rolled back, or was
   *     a migration; REFUSED if one did not end
   */
  public List<RestoredNode> lastRestored() throws IOException, RestoreException {
    Optional<RestoreJournal> pending = pending();
    if (pending.isPresent()) {
      throw new RestoreException(
          Kind.REFUSED,
          "the restore of " + pending.get().archive() + " was cut short",
          "finish or undo it first: lightkeeper restore --rollback, or restore again");
    }
    RestoreJournal last =
        journals().reversed().stream()
            .filter(j -> j.phase() == RestoreJournal.Phase.DONE)
            .findFirst()
            .orElseThrow(
                () ->
                    new RestoreException(
                        Kind.NOT_FOUND,
                        "there is no restore to go on with in " + root,
                        "restore an archive first: lightkeeper restore latest --recover"));
    if (last.handover() != null) {
      throw new RestoreException(
          Kind.NOT_FOUND,
          "the last restore, %s, was a migration: it keeps its channels, there is nothing to recover"
              .formatted(last.name()),
          "nothing has to be done; after a loss of this server, restore an archive of it");
    }
    return nodes(last.id());
  }

  /** The nodes that the restore {@code id} brings back, as far as they were written down. */
  List<RestoredNode> nodes(String id) throws IOException {
    Path nodes = of(id).resolve(NODES);
    return Files.exists(nodes)
        ? List.of(json.readValue(Files.readAllBytes(nodes), RestoredNode[].class))
        : List.of();
  }

  /** Puts it on disk before anything that it says is done. */
  void write(RestoreJournal journal) throws IOException {
    Path file = of(journal.id()).resolve(JOURNAL);
    PrivateFile.replace(file, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(journal));
    Trees.sync(of(journal.id()));
    Trees.sync(root);
  }
}

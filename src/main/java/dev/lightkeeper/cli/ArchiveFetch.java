package dev.lightkeeper.cli;

import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gets an archive back from the first remote that has it. */
final class ArchiveFetch {
  private static final String LATEST = "latest";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  // A complete one first, then the newest; of equals the first remote's.
  private static final Comparator<ArchiveListing.Kept> NEWEST =
      Comparator.comparing((ArchiveListing.Kept k) -> !k.archive().complete())
          .thenComparing(k -> k.archive().name(), Comparator.reverseOrder());

  private final GlobalOptions global;
  private final List<Remote> remotes;
  private final boolean force;

  ArchiveFetch(GlobalOptions global, List<Remote> remotes, boolean force) {
    this.global = global;
    this.remotes = remotes;
    this.force = force;
  }

  /**
   * Fetches {@code wanted}: a name, its time alone, or {@code latest}.
   *
   * @param output where to; null for its own name in the current folder
   */
  ExitCode run(String wanted, @Nullable Path output) throws Exception {
    ArchiveListing listing = listing();
    ArchiveListing.Kept chosen = choose(wanted, listing, false);
    ArchiveName name = chosen.archive().name();
    Path to = (output == null ? Path.of(name.fileName()) : output).toAbsolutePath();
    Path fresh = force ? to.resolveSibling(to.getFileName() + ".fetched") : to;
    @Nullable Sha256 hash = fetch(chosen, fresh);
    if (force) {
      Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE);
    }
    ExitCode code =
        wanted.equals(LATEST) && !listing.failed().isEmpty() ? ExitCode.PARTIAL : ExitCode.OK;
    report(chosen, to, hash, code);
    return code;
  }

  /**
   * The one that is meant by {@code wanted}.
   *
   * @param migration whether {@code latest} means that of a migration
   */
  ArchiveListing.Kept find(String wanted, boolean migration) throws Exception {
    return choose(wanted, listing(), migration);
  }

  /** The newest complete one, if it is newer than {@code here}; who cannot be asked is told. */
  Optional<ArchiveListing.Kept> newer(ArchiveName here)
      throws RemoteException, InterruptedException {
    ArchiveListing listing = ArchiveListing.of(remotes);
    listing.warn(global);
    return listing.kept().stream()
        .filter(k -> k.archive().complete())
        .filter(k -> k.archive().name().migration() == here.migration())
        .filter(k -> k.archive().name().time().isAfter(here.time()))
        .min(NEWEST);
  }

  /**
   * Fetches it into {@code folder}, under its own name; one that is there whole already, as its
   * hash says, is taken as it is, one that was begun is continued.
   *
   * @return where it is
   */
  Path into(Path folder, ArchiveListing.Kept chosen)
      throws RemoteException, CliException, InterruptedException, IOException {
    Path to = folder.resolve(chosen.archive().name().fileName());
    if (Files.exists(to)) {
      if (Files.size(to) == chosen.archive().size() && right(chosen, to)) {
        return to;
      }
      Files.delete(to);
    }
    var _ = fetch(chosen, to);
    return to;
  }

  private static boolean right(ArchiveListing.Kept chosen, Path file)
      throws RemoteException, InterruptedException, IOException {
    try (ArchiveShelf shelf = chosen.remote().archives();
        InputStream content = Files.newInputStream(file)) {
      Optional<Sha256> hash = stated(shelf, chosen);
      return hash.isPresent() && hash.get().equals(Sha256.of(content));
    }
  }

  private static Optional<Sha256> stated(ArchiveShelf shelf, ArchiveListing.Kept chosen)
      throws RemoteException, InterruptedException {
    return chosen.archive().complete()
        ? ArchiveManifest.parse(shelf.manifest(chosen.archive().name())).map(ArchiveManifest::hash)
        : Optional.empty();
  }

  private ArchiveListing listing() throws RemoteException, InterruptedException {
    ArchiveListing listing = ArchiveListing.of(remotes);
    if (listing.failed().size() == remotes.size()) {
      throw listing.failed().getFirst().cause();
    }
    listing.warn(global);
    return listing;
  }

  private static ArchiveListing.Kept choose(
      String wanted, ArchiveListing listing, boolean migration) throws CliException {
    Optional<ArchiveListing.Kept> found =
        listing.kept().stream()
            .filter(
                k ->
                    wanted.equals(LATEST)
                        ? k.archive().complete() && k.archive().name().migration() == migration
                        : k.archive().name().fileName().equals(wanted)
                            || k.archive().name().fileName().startsWith(wanted + "-"))
            .min(NEWEST);
    return found.orElseThrow(
        () ->
            new CliException(
                ExitCode.NOT_FOUND,
                wanted.equals(LATEST) ? "no complete archive is there" : wanted + " is not there",
                "see what is there with 'lightkeeper archives'"));
  }

  /** The hash it has; null if no manifest says which it should have. */
  private @Nullable Sha256 fetch(ArchiveListing.Kept chosen, Path to)
      throws RemoteException, CliException, InterruptedException {
    ArchiveName name = chosen.archive().name();
    try (ArchiveShelf shelf = chosen.remote().archives()) {
      @Nullable Sha256 hash = stated(shelf, chosen).orElse(null);
      if (hash == null) {
        global.warn(
            name
                + " has no manifest that says its hash: it may be cut short, and cannot be checked"
                + " here");
      }
      Path folder = to.getParent();
      shelf.download(
          name, to, hash, Transfer.plain(folder == null ? Path.of(".") : folder, PATIENCE));
      return hash;
    } catch (FileAlreadyExistsException e) {
      throw new CliException(
          ExitCode.FAILED, to + " is already there", "name another with --output, or add --force");
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          to + " cannot be written: " + Words.failure(e),
          "name another file with --output, on a disk with room for it; run it again to continue");
    }
  }

  private void report(ArchiveListing.Kept chosen, Path to, @Nullable Sha256 hash, ExitCode code) {
    if (global.json()) {
      global
          .out()
          .println(
              Json.print(
                  new Fetched(
                      chosen.archive().name().fileName(),
                      chosen.remote().name(),
                      chosen.archive().size(),
                      hash == null ? null : hash.hex(),
                      to.toString(),
                      code.value())));
    } else {
      global
          .out()
          .printf(
              "%s: %s, %s, from %s; %s%n",
              to,
              chosen.archive().name(),
              Words.size(chosen.archive().size()),
              chosen.remote().name(),
              hash == null ? "its hash is not known" : "its hash is right");
    }
    global.out().flush();
  }

  /** The documented shape of {@code fetch --archive --json}. */
  private record Fetched(
      String archive,
      String remote,
      long size,
      @Nullable String sha256,
      String output,
      int exitCode) {}
}

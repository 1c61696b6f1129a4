package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.StoredArchive;
import dev.lightkeeper.shelf.ArchiveFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which archive a person means: a file, else one of this host's folder, else one of a remote. */
final class ArchiveChoice {
  static final String LATEST = "latest";

  private final GlobalOptions global;
  private final Optional<Config> config;
  private final List<Remote> remotes;
  private final boolean remoteChosen;
  private final boolean migration;

  /**
   * @param remotes to look on
   * @param remoteChosen whether a remote was named: then this host's folder is not meant
   * @param migration whether {@code latest} is a migration archive, or a routine one
   */
  ArchiveChoice(
      GlobalOptions global,
      Optional<Config> config,
      List<Remote> remotes,
      boolean remoteChosen,
      boolean migration) {
    this.migration = migration;
    this.global = global;
    this.config = config;
    this.remotes = List.copyOf(remotes);
    this.remoteChosen = remoteChosen;
  }

  /** The folder that fetched archives go to, made when it is needed. */
  interface Downloads {
    Path folder() throws Exception;
  }

  /**
   * The one on this host; empty if it has to be fetched.
   *
   * @param name a file, an archive's name or time, or {@code latest}
   */
  Optional<Path> here(String name) throws IOException {
    if (!name.equals(LATEST) && Files.isRegularFile(Path.of(name))) {
      return Optional.of(Path.of(name).toAbsolutePath());
    }
    if (remoteChosen || config.isEmpty()) {
      return Optional.empty();
    }
    Optional<ArchiveFolder> folder = ArchivePlaces.folder(config.get());
    return folder.isEmpty() ? Optional.empty() : here(folder.get(), name);
  }

  /** Refuses what is not on this host and can be on no remote, before anything is begun. */
  void insistPossible(String name) throws IOException, CliException {
    if (remotes.isEmpty() && here(name).isEmpty()) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          "there is no archive " + name,
          "name a file, or a remote with --remote; see 'lightkeeper archives'");
    }
  }

  /**
   * The same, fetched from a remote if it is not on this host; {@code latest} also if a remote has
   * a newer one than this host.
   */
  Path get(String name, Downloads downloads) throws Exception {
    insistPossible(name);
    Optional<Path> here = here(name);
    ArchiveFetch fetch = new ArchiveFetch(global, remotes, false);
    if (here.isEmpty()) {
      return fetch.into(downloads.folder(), fetch.find(name, migration));
    }
    Path kept = here.get();
    if (!name.equals(LATEST) || remotes.isEmpty()) {
      return kept;
    }
    Optional<ArchiveListing.Kept> newer =
        fetch.newer(ArchiveName.parse(String.valueOf(kept.getFileName())).orElseThrow());
    if (newer.isEmpty()) {
      global.note("… taking %s: no remote is known to have a newer one".formatted(kept));
      return kept;
    }
    global.note(
        "… taking %s from %s, which is newer than the newest on this host, %s"
            .formatted(newer.get().archive().name(), newer.get().remote().name(), kept));
    return fetch.into(downloads.folder(), newer.get());
  }

  private Optional<Path> here(ArchiveFolder folder, String name) throws IOException {
    return folder.list().stream()
        .filter(StoredArchive::complete)
        .map(StoredArchive::name)
        .filter(
            a ->
                name.equals(LATEST)
                    ? a.migration() == migration
                    : a.fileName().equals(name) || a.fileName().startsWith(name + "-"))
        .max(Comparator.<ArchiveName>naturalOrder())
        .map(folder::file);
  }
}

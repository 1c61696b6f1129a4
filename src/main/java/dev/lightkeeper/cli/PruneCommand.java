package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.shelf.ArchiveFolder;
import dev.lightkeeper.shelf.Pruning;
import dev.lightkeeper.shelf.Retention;
import dev.lightkeeper.shelf.ShipmentQueue;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes archives that no rule keeps. */
@Command(
    name = "prune",
    description = {
      "Remove the archives, here and on every remote, that no rule of keep in [backup] keeps, and"
          + " say why each is kept or removed.",
      "The newest complete archive of each place stays whatever the rule says; migration archives"
          + " and files that are no archives are never removed."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:pruned, or nothing to prune",
      "1:failed",
      "2:usage",
      "3:some places could not be pruned",
      "12:wrong key or host key",
      "14:configuration",
      "15:remote unreachable"
    },
    footerHeading = "Examples:%n",
    footer = {"  lightkeeper prune --dry-run", "  lightkeeper prune"})
final class PruneCommand implements Callable<Integer> {
  private static final String HERE = "this host";

  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Option(names = "--dry-run", description = "Say what would be removed, and remove nothing.")
  private boolean dryRun;

  private record Done(String place, Pruning pruning) {}

  private record Failed(String place, String message) {}

  @Override
  public Integer call() throws Exception {
    Config config = ConfigFile.load(global.configFile());
    Retention retention = ArchivePlaces.retention(config);
    Instant now = Instant.now();
    List<Done> done = new ArrayList<>();
    List<Failed> failed = new ArrayList<>();
    List<RemoteException> causes = new ArrayList<>();
    Optional<ArchiveFolder> folder = ArchivePlaces.folder(config);
    if (folder.isPresent()) {
      try {
        done.add(new Done(HERE, here(folder.get(), config, retention, now)));
      } catch (IOException e) {
        failed.add(new Failed(HERE, "%s: %s".formatted(folder.get().path(), e)));
      }
    }
    for (Config.RemoteSection section : shippedTo(config)) {
      Remote remote = Remotes.of(section);
      try (ArchiveShelf shelf = remote.archives()) {
        done.add(new Done(remote.name(), there(shelf, retention, now)));
      } catch (RemoteException e) {
        causes.add(e);
        failed.add(new Failed(remote.name(), e.what() + " → " + e.remedy()));
      }
    }
    if (done.isEmpty() && !causes.isEmpty()) {
      throw causes.getFirst();
    }
    return report(done, failed).value();
  }

  private Pruning here(ArchiveFolder folder, Config config, Retention retention, Instant now)
      throws IOException {
    Set<ArchiveName> needed =
        new ShipmentQueue(config.state())
            .pending().stream()
                .map(ShipmentQueue.Shipment::archive)
                .collect(Collectors.toUnmodifiableSet());
    return dryRun
        ? Pruning.planned(Pruning.withNeeded(folder.list(), retention, needed, now))
        : Pruning.local(folder, retention, needed, now);
  }

  private Pruning there(ArchiveShelf shelf, Retention retention, Instant now)
      throws RemoteException, InterruptedException {
    return dryRun
        ? Pruning.planned(retention.decide(shelf.list(), now))
        : Pruning.remote(shelf, retention, now);
  }

  private static List<Config.RemoteSection> shippedTo(Config config) {
    Config.BackupSection backup = config.backup();
    return config.remotes().stream()
        .filter(r -> backup == null || backup.remotes().contains(r.name()))
        .toList();
  }

  private ExitCode report(List<Done> done, List<Failed> failed) {
    ExitCode code =
        failed.isEmpty() ? ExitCode.OK : done.isEmpty() ? ExitCode.FAILED : ExitCode.PARTIAL;
    if (global.json()) {
      global
          .out()
          .println(
              Json.print(
                  new Printed(
                      dryRun,
                      done.stream().flatMap(d -> Entry.of(d, dryRun).stream()).toList(),
                      done.stream()
                          .filter(d -> !d.pruning().note().isEmpty())
                          .map(d -> new Failed(d.place(), d.pruning().note()))
                          .toList(),
                      failed,
                      code.value())));
    } else {
      print(done);
      failed.forEach(f -> global.warn(f.place() + ": " + f.message()));
    }
    global.out().flush();
    return code;
  }

  private void print(List<Done> done) {
    Table table = new Table("PLACE", "ARCHIVE", "", "WHY");
    for (Done one : done) {
      for (Entry entry : Entry.of(one, dryRun)) {
        table.add(entry.place(), entry.name(), entry.fate(), String.join("; ", entry.reasons()));
      }
    }
    table.print(global.out(), Words.terminalWidth());
    done.stream()
        .filter(d -> !d.pruning().note().isEmpty())
        .forEach(d -> global.out().println(d.place() + ": " + d.pruning().note()));
  }

  /** The documented shape of {@code prune --json}. */
  private record Printed(
      boolean dryRun,
      List<Entry> archives,
      List<Failed> notes,
      List<Failed> errors,
      int exitCode) {}

  /**
   * @param fate {@code kept}, {@code removed}, {@code to be removed} or {@code not removed}
   */
  private record Entry(String place, String name, String fate, List<String> reasons) {
    static List<Entry> of(Done done, boolean dryRun) {
      Set<ArchiveName> removed = Set.copyOf(done.pruning().removed());
      return done.pruning().decisions().stream()
          .map(
              d ->
                  new Entry(
                      done.place(),
                      d.archive().name().fileName(),
                      fate(d, removed, dryRun),
                      d.reasons()))
          .toList();
    }

    private static String fate(
        Retention.Decision decision, Set<ArchiveName> removed, boolean dryRun) {
      if (decision.keep()) {
        return "kept";
      }
      if (dryRun) {
        return "to be removed";
      }
      return removed.contains(decision.archive().name()) ? "removed" : "not removed";
    }
  }
}

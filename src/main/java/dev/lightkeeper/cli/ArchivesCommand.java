package dev.lightkeeper.cli;

import dev.lightkeeper.health.Json;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.StoredArchive;
import dev.lightkeeper.shelf.ArchiveFolder;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists archives here and on remotes. */
@Command(
    name = "archives",
    description = {
      "List the archives on this host and on every remote.",
      "An archive is complete when its manifest is beside it, which is written last: it is then"
          + " whole and was verified there. Get one back with 'lightkeeper fetch --archive NAME'."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:listed",
      "1:failed",
      "2:usage",
      "3:some remotes could not be read",
      "10:no archive is there",
      "12:wrong key or host key",
      "14:configuration",
      "15:remote unreachable"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lightkeeper archives",
      "  lightkeeper archives --remote offsite --json",
      "  lightkeeper archives --remote sftp://lk@backup.example.com/srv/lk \\",
      "      --key ./id_ed25519"
    })
final class ArchivesCommand implements Callable<Integer> {
  private static final String HERE = "this host";

  @Mixin private final GlobalOptions global = new GlobalOptions();
  @Mixin private final RemoteChoice choice = new RemoteChoice();

  private record Row(String place, StoredArchive archive) {}

  @Override
  public Integer call() throws Exception {
    List<Remote> remotes = choice.remotes(global);
    List<Row> rows = new ArrayList<>(here());
    ArchiveListing listing = ArchiveListing.of(remotes);
    if (rows.isEmpty() && listing.failed().size() == remotes.size()) {
      throw listing.failed().getFirst().cause();
    }
    listing.warn(global);
    listing.kept().forEach(k -> rows.add(new Row(k.remote().name(), k.archive())));
    if (rows.isEmpty() && listing.failed().isEmpty()) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          "no archive is here or on "
              + String.join(", ", remotes.stream().map(Remote::name).toList()),
          "make one with 'lightkeeper backup', or check the folder in the remote's address");
    }
    ExitCode code = listing.failed().isEmpty() ? ExitCode.OK : ExitCode.PARTIAL;
    if (global.json()) {
      global.out().println(Json.print(Printed.of(rows, listing, code)));
    } else {
      print(rows);
    }
    global.out().flush();
    return code.value();
  }

  private List<Row> here() throws Exception {
    if (choice.chosen()) {
      return List.of();
    }
    Optional<ArchiveFolder> folder = ArchivePlaces.folder(global);
    if (folder.isEmpty()) {
      return List.of();
    }
    try {
      return folder.get().list().stream().map(a -> new Row(HERE, a)).toList();
    } catch (IOException e) {
      global.warn("%s cannot be read: %s → run this as root".formatted(folder.get().path(), e));
      return List.of();
    }
  }

  private void print(List<Row> rows) {
    Table table = new Table("PLACE", "TIME", "SIZE", "ENCRYPTED", "COMPLETE", "NAME");
    for (Row row : rows) {
      StoredArchive archive = row.archive();
      table.add(
          Table.Cell.of(row.place()),
          Table.Cell.of(Words.time(archive.name().time())),
          Table.Cell.of(Words.size(archive.size())),
          Table.Cell.of(archive.name().encrypted() ? "yes" : "no"),
          archive.complete() ? Table.Cell.of("yes") : new Table.Cell("NO", Style.BAD),
          Table.Cell.of(archive.name().fileName()));
    }
    table.print(global.out(), Words.terminalWidth());
  }

  /** The documented shape of {@code archives --json}. */
  private record Printed(List<Entry> archives, List<Unread> errors, int exitCode) {
    static Printed of(List<Row> rows, ArchiveListing listing, ExitCode code) {
      return new Printed(
          rows.stream().map(Entry::of).toList(),
          listing.failed().stream()
              .map(f -> new Unread(f.remote().name(), f.cause().what()))
              .toList(),
          code.value());
    }
  }

  private record Entry(
      String place,
      Instant time,
      String name,
      long size,
      boolean complete,
      boolean encrypted,
      boolean migration) {
    static Entry of(Row row) {
      StoredArchive archive = row.archive();
      return new Entry(
          row.place(),
          archive.name().time(),
          archive.name().fileName(),
          archive.size(),
          archive.complete(),
          archive.name().encrypted(),
          archive.name().migration());
    }
  }

  private record Unread(String remote, String message) {}
}

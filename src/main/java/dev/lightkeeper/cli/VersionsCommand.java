package dev.lightkeeper.cli;

import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.stream.BackupOpener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the versions that remotes hold, each read back and checked. */
@Command(
    name = "versions",
    description = "List the versions that the remotes hold, each read back and checked.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:listed",
      "1:failed",
      "2:usage",
      "3:some remotes could not be read",
      "10:no version is there",
      "12:wrong key or host key",
      "14:configuration",
      "15:remote unreachable"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lightkeeper versions",
      "  lightkeeper versions alice --remote offsite --all",
      "  lightkeeper versions --remote sftp://lk@backup.example.com/srv/lk \\",
      "      --key ./id_ed25519"
    })
final class VersionsCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions global = new GlobalOptions();
  @Mixin private final RemoteChoice choice = new RemoteChoice();

  @Parameters(
      arity = "0..1",
      paramLabel = "NODE",
      converter = NodeNameConverter.class,
      description = "The node (default: every node).")
  private @Nullable NodeName node;

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "20",
      description = "The newest N of each node and remote (default: ${DEFAULT-VALUE}).")
  private int last = 20;

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  @Override
  public Integer call() throws Exception {
    if (last < 1) {
      throw new CliException(ExitCode.USAGE, "--last " + last + " lists nothing", "give 1 or more");
    }
    List<Holdings.Kept> kept = new ArrayList<>();
    List<Holdings.Torn> torn = new ArrayList<>();
    List<RemoteFailure> failed = new ArrayList<>();
    List<Remote> remotes = choice.remotes(global);
    BackupOpener opener = BackupKeys.opener(global);
    for (Remote remote : remotes) {
      try {
        Holdings holdings = Holdings.read(remote, node, all ? Integer.MAX_VALUE : last, opener);
        kept.addAll(holdings.kept());
        torn.addAll(holdings.torn());
      } catch (RemoteException e) {
        if (remotes.size() == 1) {
          throw e;
        }
        failed.add(new RemoteFailure(remote.name(), e));
      }
    }
    if (failed.size() == remotes.size()) {
      throw failed.getFirst().cause();
    }
    failed.forEach(f -> global.warn(f.cause().what() + " → " + f.cause().remedy()));
    if (kept.isEmpty() && torn.isEmpty() && failed.isEmpty()) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          "no version"
              + (node == null ? "" : " of " + node)
              + " is on the remote "
              + names(remotes),
          "check the node's name and the folder in the remote's address");
    }
    ExitCode code = failed.isEmpty() ? ExitCode.OK : ExitCode.PARTIAL;
    if (global.json()) {
      global.out().println(Json.print(Listing.of(kept, torn, failed, code)));
    } else {
      print(kept, torn);
    }
    global.out().flush();
    return code.value();
  }

  private void print(List<Holdings.Kept> kept, List<Holdings.Torn> torn) {
    Table table = new Table("NODE", "REMOTE", "VERSION", "OBSERVED", "SIZE", "CHANNELS", "SHA-256");
    List<VersionChanges> changes = VersionChanges.of(kept);
    for (int i = 0; i < kept.size(); i++) {
      Holdings.Kept k = kept.get(i);
      table.add(
          k.node().value(),
          k.remote(),
          Long.toString(k.version().sequence()),
          Words.time(k.version().observedAt()),
          Words.size(k.size()),
          changes.get(i).words(),
          k.version().hash().abbreviated());
    }
    table.print(global.out(), Words.terminalWidth());
    for (Holdings.Torn t : torn) {
      global
          .out()
          .println(
              Style.BAD.paint(
                  "torn, not a version: %s on %s: %s"
                      .formatted(t.node(), t.remote(), t.version().fileName())));
    }
  }

  private static String names(List<Remote> remotes) {
    return String.join(", ", remotes.stream().map(Remote::name).toList());
  }

  private record RemoteFailure(String remote, RemoteException cause) {}

  /** The documented shape of {@code versions --json}. */
  private record Listing(
      List<Entry> versions, List<Entry> torn, List<Unread> errors, int exitCode) {
    static Listing of(
        List<Holdings.Kept> kept,
        List<Holdings.Torn> torn,
        List<RemoteFailure> failed,
        ExitCode code) {
      List<VersionChanges> changes = VersionChanges.of(kept);
      List<Entry> versions = new ArrayList<>();
      for (int i = 0; i < kept.size(); i++) {
        Holdings.Kept k = kept.get(i);
        versions.add(Entry.of(k.node(), k.remote(), k.version(), k.size(), changes.get(i)));
      }
      return new Listing(
          versions,
          torn.stream().map(t -> Entry.of(t.node(), t.remote(), t.version(), null, null)).toList(),
          failed.stream().map(f -> new Unread(f.remote(), f.cause().what())).toList(),
          code.value());
    }
  }

  private record Entry(
      String node,
      String remote,
      long sequence,
      Instant observedAt,
      @Nullable Integer size,
      String sha256,
      String file,
      @Nullable Boolean opened,
      @Nullable Integer channels,
      @Nullable List<String> added,
      @Nullable List<String> lost) {
    static Entry of(
        NodeName node,
        String remote,
        Version version,
        @Nullable Integer size,
        @Nullable VersionChanges changes) {
      return new Entry(
          node.value(),
          remote,
          version.sequence(),
          version.observedAt(),
          size,
          version.hash().hex(),
          version.fileName(),
          changes == null ? null : changes.opened(),
          changes == null ? null : changes.channels(),
          changes == null ? null : changes.added(),
          changes == null ? null : changes.lost());
    }
  }

  private record Unread(String remote, String message) {}
}

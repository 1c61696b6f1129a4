package dev.lightkeeper.cli;

import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.NodeKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gets a version back. */
@Command(
    name = "fetch",
    description = {
      "Get a node's newest channel backup, or any version of it, back from a remote.",
      "With --archive, get an archive back: run it again after a break, and it continues."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:fetched",
      "1:failed",
      "2:usage",
      "3:fetched, but a remote could not be read: it may hold a newer one",
      "10:no such version",
      "12:wrong key or host key",
      "14:configuration",
      "15:remote unreachable"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lightkeeper fetch",
      "  lightkeeper fetch alice --version 41 --output ./channel.backup",
      "  lightkeeper fetch --archive latest",
      "  lightkeeper fetch --archive 20261123T021500Z --remote offsite",
      "  lightkeeper fetch --remote sftp://lk@backup.example.com/srv/lk \\",
      "      --key ./id_ed25519"
    })
final class FetchCommand implements Callable<Integer> {
  private static final Path STANDARD_OUTPUT = Path.of("-");

  @Mixin private final GlobalOptions global = new GlobalOptions();
  @Mixin private final RemoteChoice choice = new RemoteChoice();
  @Mixin private final VersionChoice wanted = new VersionChoice();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Where to; - is standard output, for a channel backup only (default: ./channel.backup, or"
              + " the archive's own name in this folder).")
  private @Nullable Path given;

  @Option(
      names = "--archive",
      paramLabel = "NAME",
      description =
          "Not a channel backup but an archive: its name or time as 'lightkeeper archives' lists"
              + " it, or 'latest', the newest complete one.")
  private @Nullable String archive;

  @Option(names = "--force", description = "Replace the file if it is there.")
  private boolean force;

  private Path output = Path.of("channel.backup");

  @Override
  public Integer call() throws Exception {
    if (archive != null) {
      return fetchArchive(archive);
    }
    output = given == null ? output : given;
    refuseOutput();
    try (Candidates candidates = Candidates.connect(choice.remotes(global), global::warn)) {
      VersionChoice.Chosen chosen = wanted.find(candidates);
      Candidates.Found found = chosen.found();
      if (NodeKind.CLN.holdsNoChannel(found.backup().size())) {
        global.warn(
            "this version holds no channel; if there were channels, an earlier one has them:"
                + " see 'lightkeeper versions'");
      }
      write(found);
      ExitCode code = chosen.newest() ? ExitCode.OK : ExitCode.PARTIAL;
      report(found, code);
      return code.value();
    }
  }

  private int fetchArchive(String name) throws Exception {
    if (wanted.node() != null || wanted.numbered() || STANDARD_OUTPUT.equals(given)) {
      throw new CliException(
          ExitCode.USAGE,
          "--archive goes with no NODE, no --version and no --output -",
          "leave them out");
    }
    return new ArchiveFetch(global, choice.remotes(global), force).run(name, given).value();
  }

  private void refuseOutput() throws CliException {
    if (output.equals(STANDARD_OUTPUT)) {
      if (global.json()) {
        throw new CliException(
            ExitCode.USAGE, "--json and --output - both want standard output", "leave one out");
      }
    } else if (!force && Files.exists(output)) {
      throw alreadyThere();
    }
  }

  private CliException alreadyThere() {
    return new CliException(
        ExitCode.FAILED,
        output + (Files.isDirectory(output) ? " is a folder" : " is already there"),
        Files.isDirectory(output)
            ? "name a file in it with --output"
            : "name another with --output, or add --force");
  }

  private void write(Candidates.Found found) throws CliException {
    byte[] bytes = found.backup().bytes();
    if (output.equals(STANDARD_OUTPUT)) {
      PrintStream out = System.out;
      out.write(bytes, 0, bytes.length);
      out.flush();
      if (out.checkError()) {
        throw new CliException(
            ExitCode.FAILED, "standard output was closed", "run it again into a file");
      }
      return;
    }
    try {
      NewFile.write(output, bytes, force);
    } catch (FileAlreadyExistsException e) {
      throw alreadyThere();
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          output + " cannot be written: " + unwritable(e),
          "name another file with --output, in a folder you may write to");
    }
  }

  /** Not as the file system says it: that names the file beside it which is written first. */
  private String unwritable(IOException e) {
    if (Files.isDirectory(output)) {
      return "it is a folder";
    }
    return e instanceof NoSuchFileException ? "its folder does not exist" : Words.failure(e);
  }

  private void report(Candidates.Found found, ExitCode code) {
    if (global.json()) {
      global.out().println(Json.print(Fetched.of(found, output, code)));
    } else if (!output.equals(STANDARD_OUTPUT)) {
      global
          .out()
          .printf(
              "%s: version %d of %s, observed %s, %s, from %s; its hash is right%n",
              output,
              found.version().sequence(),
              found.node(),
              Words.time(found.version().observedAt()),
              Words.size(found.backup().size()),
              found.remote());
      global.note(usage());
    }
    global.out().flush();
  }

  private String usage() {
    return """
    To use it, on a node restored from its own seed or hsm_secret, before any channel is opened:
      LND              lncli restorechanbackup --multi_file=%1$s
                       (unlocked and synced; again if a peer could not be reached)
      Core Lightning   before its first start, put it beside hsm_secret as emergency.recover;
                       start, then: lightning-cli emergencyrecover
    The peers then close the channels. Never start an old copy of the channel database.\
    """
        .formatted(output);
  }

  /** The documented shape of {@code fetch --json}. */
  private record Fetched(
      String node,
      String remote,
      long sequence,
      Instant observedAt,
      int size,
      String sha256,
      String output,
      int exitCode) {
    static Fetched of(Candidates.Found found, Path output, ExitCode code) {
      return new Fetched(
          found.node().value(),
          found.remote(),
          found.version().sequence(),
          found.version().observedAt(),
          found.backup().size(),
          found.version().hash().hex(),
          output.toAbsolutePath().normalize().toString(),
          code.value());
    }
  }
}

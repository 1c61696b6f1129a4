package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.setup.NodeCheck;
import dev.lightkeeper.setup.RemoteCheck;
import dev.lightkeeper.setup.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tries everything that watching will need, and prints what it found. */
final class SetupTrial {
  private final GlobalOptions global;

  SetupTrial(GlobalOptions global) {
    this.global = global;
  }

  /**
   * Checks what the configuration names, and prints what it found.
   *
   * @return what {@code check} exits with
   */
  ExitCode run(Path file) throws ConfigException, CliException, InterruptedException {
    Config config = ConfigFile.load(file);
    List<String> notices = new ArrayList<>(permissions(config.source()));
    BackupKeys keys = BackupKeys.of(config, System.getenv(), notices::add);
    List<NodeCheck> nodes =
        config.nodes().stream().map(n -> NodeCheck.of(n, keys.of(n.name()).orElse(null))).toList();
    List<Remote> remotes = new ArrayList<>();
    for (Config.RemoteSection section : config.remotes()) {
      remotes.add(Remotes.of(section));
    }
    List<RemoteCheck> checks = RemoteCheck.all(remotes);
    ExitCode code = code(nodes, checks);
    if (global.json()) {
      global
          .out()
          .println(
              Json.print(
                  new Report(config.source().toString(), notices, nodes, checks, code.value())));
    } else {
      print(config, notices, nodes, checks);
    }
    global.out().flush();
    return code;
  }

  private void print(
      Config config, List<String> notices, List<NodeCheck> nodes, List<RemoteCheck> remotes) {
    line(Verdict.OK, "configuration " + config.source(), null);
    notices.forEach(n -> line(Verdict.WARNING, n, null));
    for (NodeCheck n : nodes) {
      line(n.verdict(), "node %s: %s: %s".formatted(n.node(), n.file(), n.message()), n.remedy());
    }
    for (RemoteCheck r : remotes) {
      line(
          r.verdict(),
          "remote %s: %s: %s".formatted(r.remote(), r.location(), r.message()),
          r.remedy());
      Features features = r.features();
      if (features != null) {
        global
            .out()
            .printf(
                "        fsync: %s, replace: %s, remove: %s%n",
                yesNo(features.fsync()), yesNo(features.replace()), yesNo(features.remove()));
        features.notes().forEach(note -> global.out().println("        " + note));
      }
    }
  }

  private void line(Verdict verdict, String text, @Nullable String remedy) {
    String mark =
        switch (verdict) {
          case OK -> Style.GOOD.paint("ok    ");
          case WARNING -> Style.PLAIN.paint("note  ");
          case FAILED -> Style.BAD.paint("FAILED");
        };
    global.out().println(mark + "  " + text);
    if (remedy != null) {
      global.out().println("        → " + remedy);
    }
  }

  /** The configuration may name alert addresses, which are secrets. */
  private static List<String> permissions(Path file) {
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      return mode.contains(PosixFilePermission.OTHERS_READ)
          ? List.of("%s can be read by every user: chmod 600 %1$s".formatted(file))
          : List.of();
    } catch (IOException | UnsupportedOperationException e) {
      return List.of("the permissions of %s cannot be read: %s".formatted(file, e.getMessage()));
    }
  }

  private static ExitCode code(List<NodeCheck> nodes, List<RemoteCheck> remotes) {
    Set<ExitCode> codes =
        remotes.stream()
            .map(r -> r.failure() == null ? ExitCode.OK : Failure.codeOf(r.failure()))
            .collect(Collectors.toSet());
    if (codes.size() > 1) {
      return ExitCode.PARTIAL;
    }
    ExitCode ofRemotes = codes.stream().findFirst().orElse(ExitCode.OK);
    boolean unreadable = nodes.stream().anyMatch(n -> n.verdict() == Verdict.FAILED);
    return ofRemotes == ExitCode.OK && unreadable ? ExitCode.FAILED : ofRemotes;
  }

  private static String yesNo(boolean yes) {
    return yes ? "yes" : "no";
  }

  /** The documented shape of {@code check --json}. */
  private record Report(
      String config,
      List<String> notices,
      List<NodeCheck> nodes,
      List<RemoteCheck> remotes,
      int exitCode) {}
}

package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.setup.NodeCheck;
import dev.lightkeeper.setup.RemoteCheck;
import dev.lightkeeper.setup.Verdict;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
    ConfigFile.missingFiles(config).forEach(problem -> notices.add(problem.text()));
    BackupKeys keys = BackupKeys.of(config, System.getenv(), notices::add);
    List<NodeCheck> nodes =
        config.nodes().stream().map(n -> NodeCheck.of(n, keys.of(n.name()).orElse(null))).toList();
    List<Remote> remotes = new ArrayList<>();
    for (Config.RemoteSection section : config.remotes()) {
      remotes.add(Remotes.of(section));
    }
    List<RemoteCheck> checks =
        RemoteCheck.all(remotes, config.nodes().stream().map(n -> new NodeName(n.name())).toList());
    List<AlertCheck> alerts =
        config.alerts().stream().map(a -> AlertCheck.of(a, System.getenv())).toList();
    if (alerts.isEmpty()) {
      notices.add("nobody is told when something is wrong: add [alerts.NAME], see the README");
    }
    List<String> page = config.status().listen().stream().map(SetupTrial::shown).toList();
    Report report =
        new Report(
            config.source().toString(),
            notices,
            nodes,
            checks,
            alerts,
            page,
            code(nodes, checks, alerts).value());
    if (global.json()) {
      global.out().println(Json.print(report));
    } else {
      print(report);
    }
    global.out().flush();
    return code(nodes, checks, alerts);
  }

  private static String shown(SocketAddress address) {
    return switch (address) {
      case InetSocketAddress a when a.getAddress() instanceof Inet6Address ip ->
          "http://[%s]:%d".formatted(ip.getHostAddress(), a.getPort());
      case InetSocketAddress a ->
          "http://%s:%d".formatted(a.getAddress().getHostAddress(), a.getPort());
      default -> "unix:" + address;
    };
  }

  private void print(Report report) {
    line(Verdict.OK, "configuration " + report.config(), null);
    report.notices().forEach(n -> line(Verdict.WARNING, n, null));
    for (NodeCheck n : report.nodes()) {
      line(n.verdict(), "node %s: %s: %s".formatted(n.node(), n.file(), n.message()), n.remedy());
    }
    for (RemoteCheck r : report.remotes()) {
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
    for (AlertCheck a : report.alerts()) {
      line(a.verdict(), "alerts %s: %s: %s".formatted(a.alert(), a.to(), a.message()), a.remedy());
    }
    String page =
        report.statusPage().isEmpty()
            ? "off"
            : "at %s while the daemon runs".formatted(String.join(", ", report.statusPage()));
    line(Verdict.OK, "status page: " + page, null);
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

  private static ExitCode code(
      List<NodeCheck> nodes, List<RemoteCheck> remotes, List<AlertCheck> alerts) {
    Set<ExitCode> codes =
        remotes.stream()
            .map(r -> r.failure() == null ? ExitCode.OK : Failure.codeOf(r.failure()))
            .collect(Collectors.toSet());
    if (codes.size() > 1) {
      return ExitCode.PARTIAL;
    }
    ExitCode ofRemotes = codes.stream().findFirst().orElse(ExitCode.OK);
    boolean unreadable =
        nodes.stream().anyMatch(n -> n.verdict() == Verdict.FAILED)
            || alerts.stream().anyMatch(a -> a.verdict() == Verdict.FAILED);
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
      List<AlertCheck> alerts,
      List<String> statusPage,
      int exitCode) {}
}

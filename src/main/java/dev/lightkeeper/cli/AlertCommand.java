package dev.lightkeeper.cli;

import dev.lightkeeper.alert.AlertFolder;
import dev.lightkeeper.alert.ChannelQueue;
import dev.lightkeeper.alert.Delivery;
import dev.lightkeeper.alert.DeliveryException;
import dev.lightkeeper.alert.Notice;
import dev.lightkeeper.alert.Route;
import dev.lightkeeper.config.AlertSection;
import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.health.HostName;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.health.StatusFile;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lightkeeper alert}: what is wrong, and whether the ways on which that is told work. */
@Command(
    name = "alert",
    description = {
      "Say which alerts are open, and what still waits to be delivered to whom.",
      "With --test, deliver a message to each [alerts.NAME], or to one."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:no alert is open; with --test: all arrived",
      "1:failed; with --test: none arrived",
      "2:usage",
      "3:an alert is open; with --test: some did not arrive",
      "10:no [alerts.NAME] of that name",
      "11:with --deliver: another process delivers",
      "14:configuration, or nobody to tell"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lightkeeper alert",
      "  lightkeeper alert --test",
      "  lightkeeper alert --test ops",
    })
final class AlertCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Option(
      names = "--test",
      paramLabel = "NAME",
      arity = "0..1",
      fallbackValue = "",
      description = "Deliver a test to [alerts.NAME], or to all.")
  private @Nullable String test;

  @Option(
      names = "--deliver",
      hidden = true,
      description = "Deliver what is due, once; the daemon runs this.")
  private boolean deliver;

  @Override
  public Integer call() throws Exception {
    Config config = ConfigFile.load(global.configFile());
    if (deliver) {
      return deliver(config).value();
    }
    return (test == null ? list(config) : test(config, test)).value();
  }

  private ExitCode deliver(Config config) throws IOException, InterruptedException {
    Optional<List<String>> problems =
        new Delivery(
                new AlertFolder(config.state()),
                AlertRoutes.of(config, System.getenv()),
                InstantSource.system())
            .run();
    problems.orElse(List.of()).forEach(p -> global.err().println(p));
    global.err().flush();
    return problems.isEmpty() ? ExitCode.LOCKED : ExitCode.OK;
  }

  /**
   * One try of one channel; what {@code alert --test --json} prints of it.
   *
   * @param error null if it arrived
   */
  private record Tried(
      String name, String to, boolean delivered, @Nullable String error, @Nullable String remedy) {}

  private record Tests(List<Tried> tests, int exitCode) {}

  private ExitCode test(Config config, String name) throws CliException, InterruptedException {
    List<AlertSection> sections =
        config.alerts().stream().filter(s -> name.isEmpty() || s.name().equals(name)).toList();
    if (config.alerts().isEmpty()) {
      throw new CliException(
          ExitCode.CONFIGURATION,
          config.source() + " names nobody to tell",
          "add [alerts.NAME] with kind and url; see the README");
    }
    if (sections.isEmpty()) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          "there is no [alerts." + name + "] in " + config.source(),
          "name one of: "
              + String.join(", ", config.alerts().stream().map(AlertSection::name).toList()));
    }
    List<Tried> tried = new ArrayList<>();
    for (AlertSection section : sections) {
      Tried one = tried(section, config.state());
      tried.add(one);
      if (!global.json()) {
        print(one);
      }
    }
    long arrived = tried.stream().filter(Tried::delivered).count();
    ExitCode code =
        arrived == tried.size() ? ExitCode.OK : arrived == 0 ? ExitCode.FAILED : ExitCode.PARTIAL;
    if (global.json()) {
      global.out().println(Json.print(new Tests(tried, code.value())));
    }
    global.out().flush();
    return code;
  }

  private static Tried tried(AlertSection section, Path state) throws InterruptedException {
    String to = AlertRoutes.shown(section);
    Route route = AlertRoutes.route(section, state, System.getenv());
    try {
      route.channel().deliver(Notice.test(Instant.now(), HostName.local(), section.name()));
      return new Tried(section.name(), to, true, null, null);
    } catch (DeliveryException e) {
      return new Tried(section.name(), to, false, e.what(), e.remedy());
    }
  }

  private void print(Tried tried) {
    String label = tried.name() + " (" + tried.to() + "): ";
    if (tried.delivered()) {
      global.out().println(label + Style.GOOD.paint("delivered"));
    } else {
      global.out().println(label + Style.BAD.paint("not delivered") + ": " + tried.error());
      global.out().println("  → " + tried.remedy());
    }
  }

  /**
   * One channel; what {@code alert --json} prints of it.
   *
   * @param waiting how many messages wait to be delivered
   */
  private record ChannelState(String name, String to, int waiting, @Nullable String lastError) {}

  private record Listing(List<OpenAlert> alerts, List<ChannelState> channels, int exitCode) {}

  private ExitCode list(Config config) throws CliException {
    List<OpenAlert> open;
    List<ChannelState> channels = new ArrayList<>();
    try {
      open = new StatusFile(config.state()).read().map(StatusReport::alerts).orElse(List.of());
      AlertFolder folder = new AlertFolder(config.state());
      for (AlertSection section : config.alerts()) {
        ChannelQueue.Saved queue = folder.queue(section.name());
        channels.add(
            new ChannelState(
                section.name(),
                AlertRoutes.shown(section),
                queue.pending().size(),
                queue.lastError()));
      }
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          "the state folder " + config.state() + " cannot be read: " + Words.failure(e),
          "run this as root, or as the user the daemon runs as");
    }
    ExitCode code = open.isEmpty() ? ExitCode.OK : ExitCode.PARTIAL;
    if (global.json()) {
      global.out().println(Json.print(new Listing(open, channels, code.value())));
    } else {
      print(open, channels);
    }
    global.out().flush();
    return code;
  }

  private void print(List<OpenAlert> open, List<ChannelState> channels) {
    if (open.isEmpty()) {
      global.out().println("No alert is open.");
    }
    Instant now = Instant.now();
    for (OpenAlert alert : open) {
      global
          .out()
          .println(
              "%s %s, for %s: %s"
                  .formatted(
                      Style.BAD.paint(alert.urgency().name().toLowerCase(Locale.ROOT)),
                      alert.subject(),
                      Words.duration(Duration.between(alert.since(), now)),
                      alert.message()));
    }
    if (channels.isEmpty()) {
      global.note("Nobody is told of alerts: add [alerts.NAME] to the configuration.");
    }
    for (ChannelState channel : channels) {
      String error = channel.lastError();
      global
          .out()
          .println(
              "told to %s (%s)%s%s"
                  .formatted(
                      channel.name(),
                      channel.to(),
                      channel.waiting() == 0 ? "" : ", " + channel.waiting() + " waiting",
                      error == null ? "" : ": " + error));
    }
  }
}

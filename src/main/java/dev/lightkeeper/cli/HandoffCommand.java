package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.handoff.CodeShowing;
import dev.lightkeeper.handoff.Handoff;
import dev.lightkeeper.handoff.HandoffCode;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.handoff.HandoffState;
import dev.lightkeeper.handoff.Register;
import dev.lightkeeper.handoff.Release;
import dev.lightkeeper.health.HostName;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.remote.Remote;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows handoffs, and takes one back. They are made by {@code backup --migrate}. */
@Command(
    name = "handoff",
    description = {
      "Show the offers of this host's nodes, the code of one that is carried by hand, or take an"
          + " offer back.",
      "An offer is made by backup --migrate, locks the nodes here, and is claimed by restore"
          + " --migrate on one new host alone."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:usage",
      "3:some remotes did not answer (list)",
      "10:there is no such offer, or nothing is locked",
      "13:refused: a destination claimed it, or the source ran again",
      "14:configuration",
      "15:a remote that has to agree does not answer"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lightkeeper handoff list",
      "  lightkeeper handoff show",
      "  lightkeeper handoff release"
    })
final class HandoffCommand implements Runnable {
  // Read by the commands below it, through GlobalOptions.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final GlobalOptions shared = new GlobalOptions();

  @Spec private final CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command: list, show or release?");
  }

  @Command(
      name = "list",
      description = "List every offer that this host and its remotes know of, newest first.",
      mixinStandardHelpOptions = true)
  int list(@Mixin GlobalOptions global) throws Exception {
    Config config = ConfigFile.load(global.configFile());
    try {
      Register.Found found = Register.read(config.state(), remotes(config));
      ExitCode code = found.unreached().isEmpty() ? ExitCode.OK : ExitCode.PARTIAL;
      if (global.json()) {
        global
            .out()
            .println(
                Json.print(
                    new Printed(
                        found.entries().stream().map(Line::of).toList(),
                        found.unreached(),
                        code.value())));
      } else if (found.entries().isEmpty()) {
        global.out().println("No offer is known here or on any remote that answers.");
        found.unreached().forEach(global::warn);
      } else {
        Table table = new Table("OFFER", "NODES", "OF", "AT", "STATE", "WHERE");
        for (Register.Entry entry : found.entries()) {
          Line line = Line.of(entry);
          table.add(
              entry.offer().id().abbreviated(),
              entry.offer().names(),
              line.host(),
              Words.time(line.at()),
              line.says(),
              String.join(", ", line.places()));
        }
        table.print(global.out(), Words.terminalWidth());
        found.unreached().forEach(global::warn);
      }
      global.out().flush();
      return code.value();
    } catch (HandoffException e) {
      throw HandoffFailure.of(e);
    }
  }

  @Command(
      name = "show",
      description =
          "Print the code of an offer that was made with --offline, to be carried to the new host."
              + " It looks first whether a node ran again.",
      mixinStandardHelpOptions = true)
  int show(@Mixin GlobalOptions global) throws Exception {
    Config config = ConfigFile.load(global.configFile());
    try {
      HandoffCode code = new CodeShowing(config.state(), InstantSource.system()).show();
      print(global, code);
      return ExitCode.OK.value();
    } catch (HandoffException e) {
      throw HandoffFailure.of(e);
    }
  }

  @Command(
      name = "release",
      description =
          "Take the offer of this host's nodes back: it becomes void on every remote, for ever, and"
              + " the nodes may run here again. Refused once a destination has claimed it.",
      mixinStandardHelpOptions = true)
  int release(
      @Mixin GlobalOptions global,
      @Option(
              names = "--code-unused",
              description =
                  "A code was shown for it, and you know that nobody used it or ever will.")
          boolean codeUnused)
      throws Exception {
    Config config = ConfigFile.load(global.configFile());
    try {
      Handoff offer =
          new Release(
                  config.state(),
                  HostName.local(),
                  remotes(config),
                  Engine::open,
                  InstantSource.system())
              .run(codeUnused);
      global
          .out()
          .println(
              "The offer %s of %s is void. The guard lets go within seconds; then start the nodes as usual, for example with btcpay-up.sh."
                  .formatted(offer.id().abbreviated(), offer.names()));
      global.out().flush();
      return ExitCode.OK.value();
    } catch (HandoffException e) {
      throw HandoffFailure.of(e);
    } catch (DeploymentException e) {
      throw HandoffFailure.of(e);
    }
  }

  static void print(GlobalOptions global, HandoffCode code) {
    if (global.json()) {
      global.out().println(Json.print(new Code(code.toString(), code.until())));
    } else {
      global.out().println(code);
      global.note("Valid until " + Words.time(code.until()) + ".");
      global.note(CodeShowing.LIMITS);
    }
    global.out().flush();
  }

  static List<Remote> remotes(Config config) throws CliException {
    List<Remote> remotes = new ArrayList<>();
    for (Config.RemoteSection section : config.remotes()) {
      remotes.add(Remotes.of(section));
    }
    return remotes;
  }

  /** The documented shape of {@code handoff list --json}. */
  private record Printed(List<Line> offers, List<String> unreached, int exitCode) {}

  /** The documented shape of {@code handoff show --json}. */
  private record Code(String code, Instant validUntil) {}

  /**
   * @param state {@code offered}, {@code claimed}, {@code spent}, {@code abandoned} or {@code void}
   */
  private record Line(
      String id,
      List<String> nodes,
      String host,
      Instant at,
      String archive,
      String state,
      String says,
      boolean lockedHere,
      Set<String> places) {
    static Line of(Register.Entry entry) {
      Handoff offer = entry.offer();
      Set<String> places = new TreeSet<>(entry.places());
      if (entry.here()) {
        places.add("this host");
      }
      return new Line(
          offer.id().hex(),
          offer.nodes().stream().map(n -> n.name().value()).toList(),
          offer.host(),
          offer.at(),
          offer.archive().hex(),
          word(entry.state()),
          says(entry.state()),
          entry.here(),
          places);
    }

    private static String word(HandoffState state) {
      return switch (state) {
        case HandoffState.Offered _ -> "offered";
        case HandoffState.Voided _ -> "void";
        case HandoffState.Claimed c ->
            switch (c.progress()) {
              case CLAIMED -> "claimed";
              case SPENT -> "spent";
              case ABANDONED -> "abandoned";
            };
      };
    }

    private static String says(HandoffState state) {
      return switch (state) {
        case HandoffState.Offered _ -> "open";
        case HandoffState.Voided v -> "void: " + v.reason();
        case HandoffState.Claimed c ->
            switch (c.progress()) {
              case CLAIMED -> "claimed by " + c.host();
              case SPENT -> "used up: runs on " + c.host();
              case ABANDONED -> "given up by " + c.host();
            };
      };
    }
  }
}

package dev.lightkeeper.cli;

import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Compose;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.recover.BtcpayNode;
import dev.lightkeeper.recover.Following;
import dev.lightkeeper.recover.NodeCli;
import dev.lightkeeper.recover.RecoverException;
import dev.lightkeeper.recover.Recovery;
import dev.lightkeeper.restore.RestoreException;
import dev.lightkeeper.restore.RestoreFolder;
import dev.lightkeeper.restore.RestoredNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code restore --recover}: the channels of every node that the last restore brought back. */
final class RecoverySteps {
  private final GlobalOptions global;
  private final Questions questions;
  private final boolean yes;
  private final @Nullable Duration wait;
  private final Path state;

  /**
   * @param state this installation's state folder, if it is there
   * @param wait how long channels are followed; null until all are settled
   */
  RecoverySteps(
      GlobalOptions global, Questions questions, boolean yes, Path state, @Nullable Duration wait) {
    this.global = global;
    this.questions = questions;
    this.yes = yes;
    this.state = state;
    this.wait = wait;
  }

  /**
   * Runs them.
   *
   * @return OK if every channel needs no more than blocks, PARTIAL if some do, or a node failed
   * @throws CliException of code NOT_FOUND if no node has a channel backup to recover from
   */
  ExitCode run(Engine engine, BtcpayEnvironment btcpay)
      throws DeploymentException,
          RestoreException,
          RecoverException,
          CliException,
          IOException,
          InterruptedException {
    Path root = Deployment.discoverOrNew(engine, btcpay).dockerRoot();
    List<RestoredNode> nodes = RestoreFolder.in(root).lastRestored();
    List<RestoredNode> lost = nodes.stream().filter(RestoredNode::holdsChannels).toList();
    for (RestoredNode node : nodes) {
      if (!lost.contains(node)) {
        global.note(node.name() + ": it has no channel backup that holds channels");
      }
    }
    if (lost.isEmpty()) {
      throw nothing(nodes);
    }
    startStack(engine, btcpay, root, lost);
    List<RecoveryView> views = new ArrayList<>();
    List<Recovery> begun = new ArrayList<>();
    boolean declined = false;
    @Nullable RecoverException failed = null;
    try {
      for (RestoredNode node : lost) {
        RecoveryView view = new RecoveryView(node.name(), global, questions, yes);
        views.add(view);
        Recovery recovery = new Recovery(cli(engine, node, view), view);
        try {
          if (recovery.begin()) {
            begun.add(recovery);
          } else {
            declined = true;
          }
        } catch (RecoverException e) {
          // The other nodes' channels are not to wait for this one's.
          global.warn(node.name() + ": " + e.what() + "\n  → " + e.remedy());
          failed = failed == null ? e : failed;
        }
      }
      Following.of(begun).run(wait);
    } catch (InterruptedException e) {
      global.warn(
          "stopped waiting; what was begun goes on at the node by itself. To see how far it is:"
              + " lightkeeper restore --recover");
      throw e;
    }
    if (failed != null && begun.isEmpty()) {
      throw failed;
    }
    ExitCode code =
        declined && begun.isEmpty()
            ? ExitCode.INTERRUPTED
            : !declined && failed == null && begun.stream().allMatch(Recovery::onItsWay)
                ? ExitCode.OK
                : ExitCode.PARTIAL;
    RecoveryView.report(global, views, code);
    return code;
  }

  /** Not a success: a person who asks for funds has to learn that none were asked for. */
  private static CliException nothing(List<RestoredNode> nodes) {
    if (nodes.isEmpty()) {
      return new CliException(
          ExitCode.NOT_FOUND,
          "there was nothing to recover: the last restore brought no Lightning node back",
          "if there was one, restore an archive that holds it; see 'lightkeeper archives'");
    }
    return new CliException(
        ExitCode.NOT_FOUND,
        "there was nothing to recover: no channel backup that holds channels was found for "
            + nodes.stream().map(RestoredNode::name).collect(Collectors.joining(", ")),
        "if it had channels, look for one with 'lightkeeper versions' and on the old disk, and"
            + " restore again with the remote that has it (--remote), or import it by hand; else"
            + " ask the peers to close them");
  }

  private void startStack(
      Engine engine, BtcpayEnvironment btcpay, Path root, List<RestoredNode> lost)
      throws DeploymentException,
          RestoreException,
          CliException,
          IOException,
          InterruptedException {
    List<HostContainer> containers = engine.containers();
    boolean up =
        lost.stream()
            .allMatch(
                node ->
                    containers.stream()
                        .anyMatch(
                            c -> c.is(Deployment.PROJECT, node.service()) && c.state().canWrite()));
    if (!up) {
      global.note("… starting the stack");
      try (Turns turns = Turns.ofRestore(state, root)) {
        Objects.requireNonNull(turns, "turns");
        Compose.of(btcpay, engine.host()).up();
      }
    }
  }

  private static NodeCli cli(Engine engine, RestoredNode node, RecoveryView view) {
    BtcpayNode at = new BtcpayNode(node.kind(), node.service());
    String backup = node.toImport();
    if (node.kind() != NodeKind.LND || backup == null) {
      String kept = node.kept();
      return at.cln(engine, kept == null ? null : Path.of(kept));
    }
    List<Path> backups = new ArrayList<>(List.of(Path.of(backup)));
    Objects.requireNonNullElse(node.older(), List.<String>of())
        .forEach(older -> backups.add(Path.of(older)));
    return at.lnd(engine, backups, view::note);
  }
}

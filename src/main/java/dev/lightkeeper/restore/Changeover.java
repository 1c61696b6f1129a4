package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.handoff.NodeHold;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a restore that touches the host: the stack goes down, what was staged goes into place
 * by renames, the stack comes up on it. Before it is to be started, a failure rolls all of it back.
 *
 * @param live what goes live of a migration, with {@code takeover}; both null if it is none
 */
record Changeover(
    RestoreSite site,
    RestoreOrder order,
    RestorePlan plan,
    Destination destination,
    @Nullable LiveDatabases live,
    @Nullable Takeover takeover) {
  /**
   * Does it.
   *
   * @param journal not written down yet
   * @throws RestoreException what failed; but for STUCK, and for a migration that cannot be
   *     finished yet, the host is as it was
   */
  RestoreSummary run(RestoreJournal journal)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    RestoreFolder folder = site.folder();
    ChannelBackupPlacement placement =
        new ChannelBackupPlacement(plan.staged(), folder.of(plan.id()).resolve("channel-backups"));
    try {
      prepare(placement);
      new SystemCalls().syncFileSystem(PathBytes.of(folder.path()));
      folder.write(journal);
    } catch (RestoreException | IOException | InterruptedException | RuntimeException e) {
      site.claims().giveUp(journal);
      Trees.remove(folder.staging(journal.id()));
      throw e;
    }
    putInPlace(journal);
    RestoreSite.Started started = site.start(journal, hold());
    boolean interrupted = started.interrupted();
    List<String> problems = new ArrayList<>(started.problems());
    List<String> todo = new ArrayList<>(Todo.of(plan, placement));
    // A handoff announces its new host before anything starts.
    if (takeover == null && !interrupted) {
      StreamTakeover stream = new StreamTakeover(order.state(), order.remotes(), order.nodes());
      try {
        stream.run(plan.nodes());
      } catch (InterruptedException e) {
        interrupted = true;
      }
      problems.addAll(stream.problems());
      todo.addAll(stream.lines());
    }
    if (takeover == null && interrupted) {
      todo.add(Todo.STREAM);
    }
    return new RestoreSummary(plan, problems, todo, interrupted);
  }

  private @Nullable NodeHold hold() {
    return order.state() == null ? null : new NodeHold(order.state(), order.nodes());
  }

  private void prepare(ChannelBackupPlacement placement)
      throws RestoreException, IOException, InterruptedException {
    if (plan.live() == null) {
      // Nodes that go on have theirs in the archive, as new as their channels.
      placement.place(plan.nodes());
      site.folder()
          .write(plan.id(), plan.nodes().stream().map(n -> RestoredNode.of(n, placement)).toList());
    }
    destination.bringSecretsOver(plan.staged(), plan.id());
  }

  private void putInPlace(RestoreJournal journal) throws RestoreException, InterruptedException {
    try {
      swap(journal);
      site.folder().write(journal.in(takeover == null ? Phase.STARTING : Phase.SPENDING));
    } catch (RestoreException
        | DeploymentException
        | IOException
        | InterruptedException
        | RuntimeException e) {
      rollBack(journal, e);
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw RestoreSite.rolledBack(e);
    }
    if (takeover != null) {
      useUp(journal.in(Phase.SPENDING), takeover);
    }
  }

  /** What a remote may have been told is finished by a later run, and not undone by this one. */
  private void useUp(RestoreJournal journal, Takeover taken)
      throws RestoreException, InterruptedException {
    try {
      site.claims().spend(taken);
      site.folder().write(journal.in(Phase.STARTING));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Takeover.unfinished(journal, e);
    } catch (HandoffException | IOException | RuntimeException e) {
      if (!undoable(e) || taken.used()) {
        throw Takeover.unfinished(journal, e);
      }
      rollBack(journal, e);
      throw RestoreSite.rolledBack(
          e instanceof HandoffException refused ? Takeover.refused(refused) : e);
    }
  }

  private static boolean undoable(Exception e) {
    return e instanceof RuntimeException
        || (e instanceof HandoffException h && h.kind() == HandoffException.Kind.REFUSED);
  }

  private void swap(RestoreJournal journal)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    RestoreWatcher watcher = site.watcher();
    watcher.step("stopping the stack");
    site.compose().down();
    // A node that was running for the first time may have made its wallet meanwhile.
    destination.insistFree(site.engine());
    if (live != null && takeover != null) {
      watcher.step("asking once more whether its nodes may go live");
      takeover.confirm();
      live.putInPlace();
    }
    watcher.step("putting volumes in place");
    site.swap(journal);
  }

  private void rollBack(RestoreJournal journal, Exception cause)
      throws RestoreException, InterruptedException {
    RestoreFolder folder = site.folder();
    site.watcher().step("it failed: putting everything back");
    try {
      site.rollBack(journal);
      site.claims().giveUp(journal);
      // The stack was never started with it: it is in the archive as it was.
      Trees.remove(folder.staging(journal.id()));
      destination.sweepSecrets(folder.kept());
    } catch (RestoreException e) {
      e.addSuppressed(cause);
      throw e;
    } catch (IOException e) {
      site.watcher().note(folder.staging(journal.id()) + " could not be removed: " + e);
    }
  }
}

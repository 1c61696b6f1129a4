package dev.lightkeeper.restore;

import dev.lightkeeper.node.NodeKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a person still has to do after a restore, with the commands. */
final class Todo {
  static final String STREAM =
      "Stream the channel backups from here on: the same remotes and node names in the"
          + " configuration (lightkeeper init, lightkeeper check), then systemctl enable --now"
          + " lightkeeper";

  private Todo() {}

  /** After a restore that was done. */
  static List<String> of(RestorePlan plan, ChannelBackupPlacement placement) {
    RestorePlan.Live live = plan.live();
    Path withheld = Staged.aside(plan.staged().folder());
    return live != null
        ? ofMigration(live.others().isEmpty() ? null : withheld)
        : ofRestore(
            plan.nodes().stream().map(n -> RestoredNode.of(n, placement)).toList(),
            plan.staged().withheld().isEmpty() ? null : withheld,
            !plan.movedAside().isEmpty());
  }

  /** After one that another process began: as far as that is on disk. */
  static List<String> of(RestoreJournal journal, RestoreFolder folder) throws IOException {
    Path withheld = Staged.aside(folder.staging(journal.id()));
    boolean any = false;
    if (Files.isDirectory(withheld)) {
      try (Stream<Path> all = Files.walk(withheld)) {
        any = all.anyMatch(Files::isRegularFile);
      }
    }
    if (journal.handover() != null) {
      return ofMigration(any ? withheld : null);
    }
    List<String> todo =
        new ArrayList<>(ofRestore(folder.nodes(journal.id()), any ? withheld : null, true));
    todo.add(STREAM);
    return todo;
  }

  private static List<String> ofRestore(
      List<RestoredNode> nodes, @Nullable Path withheld, boolean movedAside) {
    List<String> todo = new ArrayList<>();
    if (nodes.stream().anyMatch(RestoredNode::holdsChannels)) {
      todo.add(
          "Get the channels' funds back with 'lightkeeper restore --recover', which waits for each"
              + " node and follows each channel; or by hand:");
    }
    for (RestoredNode node : nodes) {
      if (node.kind() == NodeKind.LND) {
        lnd(node, todo);
      } else if (node.kind() == NodeKind.CLN) {
        cln(node, todo);
      }
    }
    if (withheld != null) {
      todo.add(
          "Keep "
              + withheld
              + " until every channel is closed and its funds are back; never start anything with"
              + " what is in it");
    }
    if (movedAside) {
      todo.add(
          "What was on this host before is kept; undo all of it with 'lightkeeper restore"
              + " --rollback', or remove it once all is well");
    }
    todo.add("Never start the old server again: two copies of one node lose their channels' funds");
    return todo;
  }

  private static List<String> ofMigration(@Nullable Path others) {
    List<String> todo = new ArrayList<>();
    todo.add(STREAM + " lightkeeper-guard");
    if (others != null) {
      todo.add(
          "Copies of channel state that belong to no node of the handoff are in "
              + others
              + ": never start anything with them");
    }
    todo.add(
        "Point names, ports and tor at this host; the old server stays locked: never start its"
            + " nodes again, and erase its volumes once all is well here");
    return todo;
  }

  private static void lnd(RestoredNode node, List<String> todo) {
    String file = node.toImport();
    String coin = node.service().contains("litecoin") ? "litecoin" : "bitcoin";
    if (file == null) {
      todo.add(
          "%s: there is no channel backup with channels; if it had any, ask the peers to close them"
              .formatted(node.name()));
      return;
    }
    todo.add(
        """
        %1$s: once LND is unlocked and synced (%2$s-lncli.sh getinfo), close its channels and get their funds back:
            docker cp %3$s btcpayserver_lnd_%2$s:/tmp/channel.backup.to-import
            %2$s-lncli.sh restorechanbackup --multi_file=/tmp/channel.backup.to-import
          again if a peer could not be reached; see %2$s-lncli.sh pendingchannels
          Change of what it paid on chain after the archive was made shows once it looks for it: start LND
          once with --reset-wallet-transactions, unlock it with lncli unlock --recovery_window 2500\
        """
            .formatted(node.name(), coin, file));
  }

  private static void cln(RestoredNode node, List<String> todo) {
    if (!node.holdsChannels()) {
      todo.add(
          "%s: there is no channel backup with channels; if it had any, ask the peers to close them"
              .formatted(node.name()));
      return;
    }
    String coin = node.service().contains("litecoin") ? "litecoin" : "bitcoin";
    todo.add(
        """
        %1$s: before any channel is opened, close its channels and get their funds back:
            %2$s-lightning-cli.sh emergencyrecover
          a channel is done only when its closing is on chain (%2$s-lightning-cli.sh listpeerchannels);
          ask the peer's operator to close one that stays. The node rewrites its channel backup once a
          channel is opened: keep %3$s until all is back\
        """
            .formatted(node.name(), coin, node.kept() == null ? "the archive" : node.kept()));
  }
}

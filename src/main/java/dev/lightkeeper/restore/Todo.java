package dev.lightkeeper.restore;

import dev.lightkeeper.node.NodeKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a person still has to do after a restore, with the commands. */
final class Todo {
  private final ChannelBackupPlacement placement;

  Todo(ChannelBackupPlacement placement) {
    this.placement = placement;
  }

  List<String> of(RestorePlan plan) {
    List<String> todo = new ArrayList<>();
    RestorePlan.Live live = plan.live();
    if (live != null) {
      return ofMigration(plan, live);
    }
    boolean channels =
        plan.nodes().stream()
            .map(NodeBackup::backup)
            .anyMatch(b -> b != null && !NodeKind.CLN.holdsNoChannel(b.size()));
    if (channels) {
      todo.add(
          "Get the channels' funds back with 'lightkeeper restore --recover', which waits for each"
              + " node and follows each channel; or by hand:");
    }
    for (NodeBackup node : plan.nodes()) {
      if (node.node().kind() == NodeKind.LND) {
        lnd(node, todo);
      } else if (node.node().kind() == NodeKind.CLN) {
        cln(node, todo);
      }
    }
    if (!plan.staged().withheld().isEmpty()) {
      todo.add(
          "Keep "
              + plan.staged().folder().resolve("withheld-DO-NOT-START")
              + " until every channel is closed and its funds are back; never start anything with"
              + " what is in it");
    }
    if (!plan.movedAside().isEmpty()) {
      todo.add(
          "What was on this host before is kept; undo all of it with 'lightkeeper restore"
              + " --rollback', or remove it once all is well");
    }
    todo.add("Never start the old server again: two copies of one node lose their channels' funds");
    return todo;
  }

  private static List<String> ofMigration(RestorePlan plan, RestorePlan.Live live) {
    List<String> todo = new ArrayList<>();
    todo.add(
        "Stream the channel backups from here on: the same remotes and node names in the"
            + " configuration (lightkeeper init, lightkeeper check), then systemctl enable --now"
            + " lightkeeper lightkeeper-guard");
    if (!live.others().isEmpty()) {
      todo.add(
          "Copies of channel state that belong to no node of the handoff are in "
              + plan.staged().folder().resolve("withheld-DO-NOT-START")
              + ": never start anything with them");
    }
    todo.add(
        "Point names, ports and tor at this host; the old server stays locked: never start its"
            + " nodes again, and erase its volumes once all is well here");
    return todo;
  }

  private void lnd(NodeBackup node, List<String> todo) {
    Optional<Path> file = placement.toImport(node);
    String coin = node.volume().contains("litecoin") ? "litecoin" : "bitcoin";
    if (file.isEmpty()) {
      todo.add(
          "%s: there is no channel backup with channels; if it had any, ask the peers to close them"
              .formatted(node.node().name()));
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
            .formatted(node.node().name(), coin, file.get()));
  }

  private void cln(NodeBackup node, List<String> todo) {
    if (node.backup() == null || NodeKind.CLN.holdsNoChannel(node.backup().size())) {
      todo.add(
          "%s: there is no channel backup with channels; if it had any, ask the peers to close them"
              .formatted(node.node().name()));
      return;
    }
    String coin = node.volume().contains("litecoin") ? "litecoin" : "bitcoin";
    todo.add(
        """
        %1$s: before any channel is opened, close its channels and get their funds back:
            %2$s-lightning-cli.sh emergencyrecover
          a channel is done only when its closing is on chain (%2$s-lightning-cli.sh listpeerchannels);
          ask the peer's operator to close one that stays. The node rewrites its channel backup once a
          channel is opened: keep %3$s until all is back\
        """
            .formatted(node.node().name(), coin, placement.kept(node).orElseThrow()));
  }
}

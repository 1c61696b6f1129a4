package dev.lightkeeper.restore;

import dev.lightkeeper.archive.Passphrase;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.stream.BackupOpener;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be restored, and where.
 *
 * @param archive a file of this host
 * @param passphrase null if there is none
 * @param profile BTCPay Server's btcpay-env.sh
 * @param state this installation's state folder; null if it has none
 * @param remotes that may hold newer channel backups
 * @param nodes of the configuration
 * @param opener opens channel backups with the keys there are
 * @param migrating null to restore as after a loss, without channel databases
 */
public record RestoreOrder(
    Path archive,
    @Nullable Passphrase passphrase,
    Path profile,
    @Nullable Path state,
    List<Remote> remotes,
    List<Node> nodes,
    BackupOpener opener,
    @Nullable Migrating migrating) {
  public RestoreOrder {
    remotes = List.copyOf(remotes);
    nodes = List.copyOf(nodes);
  }

  /** The same without any key. */
  public RestoreOrder(
      Path archive,
      @Nullable Passphrase passphrase,
      Path profile,
      @Nullable Path state,
      List<Remote> remotes,
      List<Node> nodes,
      @Nullable Migrating migrating) {
    this(archive, passphrase, profile, state, remotes, nodes, BackupOpener.WITHOUT_KEYS, migrating);
  }
}

package dev.lightkeeper.backup;

import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.Passphrase;
import dev.lightkeeper.deployment.QuiesceMode;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.shelf.Retention;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a backup is to be.
 *
 * @param mode MIGRATE takes the whole stack down first and leaves it down
 * @param quiesce how services are kept from writing, in a routine backup
 * @param profile BTCPay Server's profile script
 * @param state the state folder: lock, journal, shipments
 * @param folder where archives are kept on this host; null for where BTCPay's scripts keep them
 * @param passphrase null to leave the archive unencrypted
 * @param remotes where it is shipped
 * @param nodes whose channel backups the manifest names
 * @param tool program and version, for the manifest
 * @param host this host's name, for the manifest
 * @param offer how the nodes of a migration are offered
 */
public record BackupOrder(
    ArchiveMode mode,
    QuiesceMode quiesce,
    Path profile,
    Path state,
    @Nullable Path folder,
    @Nullable Passphrase passphrase,
    List<Remote> remotes,
    Retention retention,
    RateLimit rate,
    List<Node> nodes,
    String tool,
    String host,
    OfferOrder offer) {
  /** The lists are copied. */
  public BackupOrder {
    remotes = List.copyOf(remotes);
    nodes = List.copyOf(nodes);
  }

  /** How services are kept from writing in this run. */
  public QuiesceMode measure() {
    return mode == ArchiveMode.MIGRATE ? QuiesceMode.STACK : quiesce;
  }
}

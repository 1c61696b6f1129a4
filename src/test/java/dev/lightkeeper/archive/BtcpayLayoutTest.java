package dev.lightkeeper.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left out, beside GNU tar with the patterns of BTCPay Server's scripts. */
class BtcpayLayoutTest {
  private static final List<String> FILES =
      List.of(
          "backup_datadir/_data/backup.tar.gz",
          "generated_btcpay_datadir/_data/host_id_rsa",
          "generated_btcpay_datadir/_data/host_keys/key",
          "generated_btcpay_datadir/_data/hosts",
          "generated_btcpay_datadir/_data/sub/host_x",
          "generated_bitcoin_datadir/_data/blocks/1",
          "generated_bitcoin_datadir/_database",
          "generated_bitcoin_datadir/opts.json",
          "generated_bitcoin_wallet_datadir/_data/wallet.dat",
          "generated_litecoin_datadir/_data/x",
          "generated_mwebd_datadir/_data/x",
          "generated_mwebd_datadir2/_data/x",
          "generated_elements_datadir/_data/x",
          "generated_xmr_data/_data/x",
          "generated_bdx_data/_data/x",
          "generated_dogecoin_datadir/_data/blocks/x",
          "generated_dogecoin_datadir/_data/chainstate/x",
          "generated_dogecoin_datadir/_data/wallet.dat",
          "generated_dash_datadir/_data/blocks/x",
          "generated_dash_datadir/_data/chainstate/x",
          "generated_dash_datadir/_data/indexes/x",
          "generated_dash_datadir/_data/debug.log",
          "generated_dash_datadir/_data/debug.log.1",
          "generated_dash_datadir/_data/evodb/x",
          "generated_mariadb_datadir/_data/x",
          "generated_postgres_datadir/_data/x",
          "generated_electrumx_datadir/_data/x",
          "generated_clightning_bitcoin_datadir/_data/lightning-rpc",
          "generated_clightning_bitcoin_datadir/_data/lightning-rpc.md",
          "generated_clightning_bitcoin_datadir/_data/bitcoin/lightningd.sqlite3",
          "generated_lwd-cache/_data/x",
          "generated_zebrad-cache/_data/x",
          "generated_zec_data/_data/x",
          "generated_lnd_bitcoin_datadir/_data/data/graph/mainnet/channel.db",
          "generated_lnd_bitcoin_datadir/_data/data/graphs",
          "generated_lnd_bitcoin_datadir/_data/data/chain/channel.backup",
          "generated_lnd_bitcoin_datadir/_data/logs/bitcoin/lnd.log",
          "generated_a/_data/catalogs/x",
          "generated_a/_data/logs2/x",
          "generated_b/_data/logs",
          "generated_c/logs/deep/er",
          "other_volume/_data/x");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void holds_what_the_scripts_hold(ArchiveMode mode) throws Exception {
    Server server = new Server(folder);
    for (String file : FILES) {
      server.put(server.volumes.resolve(file), new byte[] {1});
    }
    List<String> ours = new ArrayList<>();
    new TreeWalk(server.sources(mode))
        .walk((name, _, stat) -> ours.add(name + (stat.isDirectory() ? "/" : "")));
    String graph = mode == ArchiveMode.BACKUP ? Server.LND_GRAPH : "";
    List<String> theirs =
        Shell.lines(
            server.root,
            "set -f; excludes=\"$1\"; set -- ; cd .; tar -c --sort=name --anchored $excludes"
                + " $(set +f; echo volumes/generated_*) | tar -t",
            Server.EXCLUDES + graph);
    assertThat(ours).isEqualTo(theirs).hasSizeGreaterThan(40);
  }

  @Test
  void a_root_without_volumes_is_no_empty_archive() throws Exception {
    ArchiveSources sources =
        new ArchiveSources(
            Files.createDirectory(folder.resolve("empty")),
            null,
            new BtcpayLayout(ArchiveMode.BACKUP));
    assertThatThrownBy(() -> ArchiveDraft.estimate(sources))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("There is no directory");
  }
}

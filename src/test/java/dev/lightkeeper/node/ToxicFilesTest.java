package dev.lightkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToxicFilesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "volumes/generated_lnd_bitcoin_datadir/_data/data/graph/mainnet/channel.db",
        "volumes/generated_lnd_bitcoin_datadir/_data/data/graph/mainnet/sphinxreplay.db",
        "volumes/generated_lnd_bitcoin_datadir/_data/data/graph/mainnet/wtclient.db",
        "volumes/generated_lnd_bitcoin_datadir/_data/data/graph/mainnet/channel.sqlite",
        "volumes/generated_lnd_bitcoin_datadir/_data/data/graph/mainnet/channel.sqlite-wal",
        "volumes/generated_lnd_litecoin_datadir/_data/data/graph/mainnet/lnd.sqlite-shm",
        "volumes/generated_lnd_litecoin_datadir/_data/data/graph/mainnet/anything at all",
        "volumes/generated_btcpay_datadir/_data/Channel.DB.old",
        "volumes/generated_clightning_bitcoin_datadir/_data/bitcoin/lightningd.sqlite3",
        "volumes/generated_clightning_bitcoin_datadir/_data/bitcoin/lightningd.sqlite3-journal",
        "volumes/generated_clightning_groestlcoin_datadir/_data/lightningd.sqlite3.2026.gz",
        "volumes/generated_clightning_bitcoin_datadir/_data/backup.dbak",
        "volumes/generated_eclair_datadir/_data/mainnet/eclair.sqlite",
        "volumes/generated_eclair_datadir/_data/mainnet/eclair.sqlite.bak",
        "volumes/generated_phoenixd_datadir/_data/phoenix.mainnet.03abcdef.db",
        "volumes/generated_phoenixd_datadir/_data/phoenix.testnet3.03abcdef.db-wal",
      })
  void channel_state_is_known_by_its_name(String path) {
    assertThat(ToxicFiles.channelState(path)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "volumes/generated_lnd_bitcoin_datadir/_data/data/chain/bitcoin/mainnet/wallet.db",
        "volumes/generated_lnd_bitcoin_datadir/_data/data/chain/bitcoin/mainnet/chain.sqlite",
        "volumes/generated_lnd_bitcoin_datadir/_data/data/chain/bitcoin/mainnet/macaroons.db",
        "volumes/generated_lnd_bitcoin_datadir/_data/data/chain/bitcoin/mainnet/channel.backup",
        "volumes/generated_lnd_bitcoin_datadir/_data/data/chain/bitcoin/mainnet/admin.macaroon",
        "volumes/generated_clightning_bitcoin_datadir/_data/bitcoin/hsm_secret",
        "volumes/generated_clightning_bitcoin_datadir/_data/bitcoin/emergency.recover",
        "volumes/generated_clightning_bitcoin_datadir/_data/bitcoin/accounts.sqlite3",
        "volumes/generated_phoenixd_datadir/_data/seed.dat",
        "volumes/generated_btcpay_datadir/_data/channel.dbase"
      })
  void what_a_restore_needs_is_not_taken_for_it(String path) {
    assertThat(ToxicFiles.channelState(path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/wallet.db",
        "a/chain.sqlite",
        "walletunlock.json",
        "a/macaroons.db",
        "a/admin.macaroon",
        "a/hsm_secret",
        "a/seed.dat"
      })
  void identity_is_known_by_its_name(String path) {
    assertThat(ToxicFiles.identity(path)).isTrue();
  }
}

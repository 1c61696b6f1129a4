package dev.lightkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.deployment.BtcpayVolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discovery on a made-up file system. */
class NodeFinderTest {
  private static final String VOLUMES = "var/lib/docker/volumes/";

  @TempDir Path root;

  @Test
  void every_network_of_an_lnd_in_a_btcpay_volume_is_found() throws IOException {
    String chain = VOLUMES + "generated_lnd_bitcoin_datadir/_data/data/chain/bitcoin/";
    file(chain + "mainnet/channel.backup");
    file(chain + "signet/channel.backup");

    assertThat(find())
        .containsExactly(
            node("lnd-mainnet", NodeKind.LND, chain + "mainnet/channel.backup"),
            node("lnd-signet", NodeKind.LND, chain + "signet/channel.backup"));
  }

  @Test
  void an_lnd_of_another_coin_says_so_in_its_name() throws IOException {
    String file =
        VOLUMES + "generated_lnd_litecoin_datadir/_data/data/chain/litecoin/mainnet/channel.backup";
    file(file);

    assertThat(find()).containsExactly(node("lnd-litecoin-mainnet", NodeKind.LND, file));
  }

  @Test
  void core_lightning_in_a_btcpay_volume_is_found() throws IOException {
    String file = VOLUMES + "generated_clightning_bitcoin_datadir/_data/bitcoin/emergency.recover";
    file(file);

    assertThat(find()).containsExactly(node("cln-bitcoin", NodeKind.CLN, file));
  }

  @Test
  void nodes_in_the_homes_of_accounts_are_found() throws IOException {
    file("etc/passwd", "root:x:0:0::/root:/bin/sh\nbitcoin:x:9:9::/srv/bitcoin:/bin/sh\n");
    file("srv/bitcoin/.lnd/data/chain/bitcoin/mainnet/channel.backup");
    file("root/.lightning/bitcoin/emergency.recover");

    assertThat(find()).extracting(n -> n.name().value()).contains("lnd-mainnet", "cln-bitcoin");
  }

  @Test
  void nodes_of_node_distributions_are_found() throws IOException {
    file("mnt/hdd/lnd/data/chain/bitcoin/mainnet/channel.backup");
    file("data/lightningd/bitcoin/emergency.recover");
    file("root/umbrel/app-data/lightning/data/lnd/data/chain/bitcoin/testnet/channel.backup");

    assertThat(find())
        .extracting(n -> n.name().value())
        .containsExactlyInAnyOrder("lnd-mainnet", "cln-bitcoin", "lnd-testnet");
  }

  @Test
  void a_second_node_of_the_same_kind_and_network_gets_a_number() throws IOException {
    file(VOLUMES + "generated_lnd_bitcoin_datadir/_data/data/chain/bitcoin/mainnet/channel.backup");
    file("root/.lnd/data/chain/bitcoin/mainnet/channel.backup");

    assertThat(find())
        .extracting(n -> n.name().value())
        .containsExactly("lnd-mainnet", "lnd-mainnet-2");
  }

  @Test
  void a_node_reached_through_a_symbolic_link_counts_once() throws IOException {
    file("data/lnd/data/chain/bitcoin/mainnet/channel.backup");
    Files.createDirectories(root.resolve("root"));
    Files.createSymbolicLink(root.resolve("root/.lnd"), root.resolve("data/lnd"));

    assertThat(find()).hasSize(1);
  }

  @Test
  void a_node_without_its_file_yet_is_found_with_a_note() throws IOException {
    Files.createDirectories(root.resolve("root/.lnd/data/chain/bitcoin/mainnet"));
    file("root/.lightning/bitcoin/hsm_secret");

    assertThat(search().nodes())
        .extracting(FoundNode::note)
        .containsExactly(
            "its channel.backup does not exist yet", "its emergency.recover does not exist yet");
  }

  @Test
  void other_volumes_and_directories_are_no_nodes() throws IOException {
    file(VOLUMES + "generated_bitcoin_datadir/_data/blocks/blk0.dat");
    file(VOLUMES + "other_lnd/_data/data/chain/bitcoin/mainnet/channel.backup");
    file("root/.lightning/plugins/x");

    assertThat(search().nodes()).isEmpty();
  }

  private List<Node> find() {
    return search().nodes().stream().map(FoundNode::node).toList();
  }

  private NodeFinder.Found search() {
    List<Path> places = new ArrayList<>(BtcpayVolumes.under(root).folders());
    places.addAll(NativePlaces.under(root));
    return NodeFinder.find(places);
  }

  private Node node(String name, NodeKind kind, String file) {
    return new Node(new NodeName(name), kind, root.resolve(file));
  }

  private void file(String path) throws IOException {
    file(path, "content");
  }

  private void file(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}

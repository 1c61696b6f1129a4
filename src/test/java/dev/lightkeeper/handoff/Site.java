package dev.lightkeeper.handoff;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.DeploymentException.Kind;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.StandInCln;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A source without containers: an LND and a CLN node in a folder, and a state folder. */
final class Site {
  static final Sha256 ARCHIVE = Sha256.of("the archive".getBytes(UTF_8));

  /** These nodes run in no container: nobody may ask for Docker. */
  static final Guard.Engines NO_DOCKER =
      () -> {
        throw new DeploymentException(Kind.NO_DOCKER, "no Docker here", "none needed");
      };

  static final String WRITER = "a".repeat(32);

  final Path state;
  final StandInLnd lnd;
  final StandInCln cln;
  final List<Node> nodes;
  final Path channelDb;
  final Path sqlite;
  final InstantSource clock = InstantSource.system();
  @Nullable OfferDraft draft;

  Site(Path root) throws IOException {
    state = Files.createDirectories(root.resolve("state"));
    lnd = new StandInLnd(root.resolve("lnd/data/chain/bitcoin/mainnet"));
    cln = new StandInCln(root.resolve("cln/bitcoin"));
    lnd.update(3);
    cln.update(2);
    channelDb = root.resolve("lnd/data/graph/mainnet/channel.db");
    Files.createDirectories(root.resolve("lnd/data/graph/mainnet"));
    Files.writeString(channelDb, "channels");
    sqlite = root.resolve("cln/bitcoin/lightningd.sqlite3");
    Files.writeString(sqlite, "more channels");
    nodes =
        List.of(
            new Node(new NodeName("alice"), NodeKind.LND, lnd.file()),
            new Node(new NodeName("carol"), NodeKind.CLN, cln.file()));
  }

  Offering.Made offer(List<Remote> remotes) throws Exception {
    return offer(OnDisk.databases(nodes), remotes);
  }

  Offering.Made offer(Map<String, Sha256> archived, List<Remote> remotes) throws Exception {
    OfferDraft made = OfferDraft.make();
    draft = made;
    return new Offering(state, "old", WRITER, null, clock)
        .make(made, ARCHIVE, archived, nodes, remotes);
  }

  Release release(List<Remote> remotes) {
    return new Release(state, "old", remotes, NO_DOCKER, clock);
  }

  /** Makes what {@code init} has the operator of a write-once remote make for each node. */
  static void prepare(RealSshd remote, List<String> nodes) throws IOException {
    Files.createDirectories(remote.root().resolve("incoming"));
    for (String node : nodes) {
      Path folder = remote.root().resolve(node);
      Files.createDirectories(folder.resolve("versions"));
      Files.createDirectories(folder.resolve("handoff"));
    }
  }

  /** What a destination finds in the archive. */
  static Claiming.ArchiveSeen archive(Handoff offer) {
    return new Claiming.ArchiveSeen(ARCHIVE, offer.id(), offer.key(), offer.databases(), null);
  }

  /** The same of an offer that is carried by hand, as its manifest tells it. */
  static Claiming.ArchiveSeen carried(Handoff offer) {
    return new Claiming.ArchiveSeen(ARCHIVE, offer.id(), offer.key(), offer.databases(), offer);
  }

  /** A destination of its own. */
  static Claiming destination(Path state, char digit) {
    return new Claiming(
        state, String.valueOf(digit).repeat(32), "new-" + digit, InstantSource.system());
  }

  static Claiming destinationAt(Path state, char digit, Instant at) {
    return new Claiming(
        state, String.valueOf(digit).repeat(32), "new-" + digit, InstantSource.fixed(at));
  }

  static Permission claim(Claiming destination, Handoff offer, List<Remote> remotes)
      throws HandoffException, InterruptedException {
    return destination.claim(archive(offer), Map.of(), remotes);
  }
}

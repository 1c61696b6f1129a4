package dev.lightkeeper.realnodes;

import dev.lightkeeper.testing.TestEngine;
import java.nio.file.Path;

/** Alice, whose node will be lost, with money; Bob, to whom blocks pay; Carol. */
record Trio(Programs programs, Chain chain, Lnd alice, Lnd bob, Lnd carol)
    implements AutoCloseable {
  // Segregated witness is active on simnet after 300 blocks (three windows of 100); coins of a
  // block may be spent after 100.
  private static final int FIRST_BLOCKS = 400;
  private static final long COINS = 20_000_000_000L;

  /** All of them, ready. */
  static Trio start(Path folder, String... ofAlice) throws Exception {
    Programs programs = Programs.build();
    Chain chain = Chain.start(programs, folder.resolve("btcd"));
    Lnd bob = Lnd.create(programs, chain, "bob", folder.resolve("bob"));
    String address = bob.newAddress();
    bob.close();
    chain.payTo(address);
    var _ = chain.mine(FIRST_BLOCKS);
    bob.start();
    Lnd alice = Lnd.create(programs, chain, "alice", folder.resolve("alice"), ofAlice);
    Lnd carol = Lnd.create(programs, chain, "carol", folder.resolve("carol"));
    Trio trio = new Trio(programs, chain, alice, bob, carol);
    trio.fund(alice);
    trio.fund(carol);
    return trio;
  }

  /** One more node, with money. */
  Lnd another(String name, Path folder) throws Exception {
    Lnd node = Lnd.create(programs, chain, name, folder);
    fund(node);
    return node;
  }

  /** The same as the service of a deployment. */
  Lnd deploy(String name, TestEngine engine, Path folder) throws Exception {
    Lnd node = Lnd.deploy(programs, chain, name, engine, folder);
    fund(node);
    return node;
  }

  private void fund(Lnd node) throws Exception {
    bob.send(node.newAddress(), COINS);
    var _ = chain.mine(1);
    var _ = node.await("coins", () -> node.onChain() >= COINS ? node.get("/v1/getinfo") : null);
  }

  @Override
  public void close() {
    alice.close();
    bob.close();
    carol.close();
    chain.close();
  }
}

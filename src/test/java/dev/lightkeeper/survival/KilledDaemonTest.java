package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.stream.Kept;
import dev.lightkeeper.stream.Ledger;
import dev.lightkeeper.stream.StateFolder;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The process is killed with -9 while changes stream, and started again. */
class KilledDaemonTest {
  private static final int ROUNDS = 15;

  @RegisterExtension final Rig rig = new Rig();

  @Test
  void a_daemon_killed_at_any_moment_goes_on_where_it_was() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] newest = rig.lnd().update(1 + random.nextInt(100));
      try (ChildDaemon daemon = start()) {
        if (random.nextInt(4) > 0) { // otherwise it is killed before, or while, it connects
          rig.awaitNewestOnDisk(newest);
        }
        assertThat(daemon.running()).as("log: %s", log()).isTrue();
        churn(random);
      }
      assertAcknowledgedIsThere(seed, round);
    }
    byte[] newest = rig.lnd().update(7);
    try (ChildDaemon daemon = start()) {
      rig.awaitNewestOnDisk(newest);
      assertThat(daemon.running()).isTrue();
    }
    rig.assertNothingTornCounts();
    rig.installation().start();
    rig.awaitDurable(newest);
  }

  private ChildDaemon start() throws Exception {
    return ChildDaemon.start(
        rig.installation().state(), rig.lnd().file(), rig.sshd().target(), log());
  }

  private Path log() {
    return rig.home().resolve("daemon.log");
  }

  private void churn(Random random) throws InterruptedException {
    long end = System.nanoTime() + random.nextInt(600) * 1_000_000L;
    while (System.nanoTime() < end) {
      rig.lnd().update(1 + random.nextInt(100));
      Thread.sleep(random.nextInt(20));
    }
  }

  private void assertAcknowledgedIsThere(long seed, int round) throws Exception {
    Ledger.Holding holding =
        StateFolder.open(rig.installation().state()).ledger(Rig.NODE).holdings().get(Rig.OFFSITE);
    Kept durable = holding == null ? null : holding.durable();
    if (durable != null) {
      assertThat(rig.folder().versionsOnDisk())
          .as("seed %d, round %d", seed, round)
          .anyMatch(
              v ->
                  v.sequence() == durable.version().sequence()
                      && v.hash().equals(durable.version().hash()));
    }
  }
}

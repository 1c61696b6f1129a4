package dev.lightkeeper.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Seeds drive the streaming core through crashes, lost replies, torn writes and full disks. */
class StreamSimulationTest {
  private static final long SEEDS = Long.getLong("lightkeeper.seeds", 5_000);

  @Test
  void every_seed_heals_with_the_newest_content_on_every_remote_and_nothing_acknowledged_lost()
      throws InterruptedException {
    Long only = Long.getLong("lightkeeper.seed");
    long[] seeds = only == null ? LongStream.range(0, SEEDS).toArray() : new long[] {only};
    for (long seed : seeds) {
      List<String> wrong = new SimulatedWorld(seed, null).run();
      assertThat(wrong)
          .as(
              "seed %d; replay it with: mvn test -Dtest=StreamSimulationTest -Dlightkeeper.seed=%d",
              seed, seed)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Bug.class)
  void a_bug_put_in_on_purpose_is_found(Bug bug) throws InterruptedException {
    boolean found = false;
    for (long seed = 0; seed < 500 && !found; seed++) {
      found = !new SimulatedWorld(seed, bug).run().isEmpty();
    }
    assertThat(found).as("the simulation finds %s", bug).isTrue();
  }
}

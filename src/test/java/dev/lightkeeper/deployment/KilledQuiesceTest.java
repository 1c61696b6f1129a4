package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.testing.DockerProxy;
import dev.lightkeeper.testing.DockerProxy.Fault;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The process dies by kill -9 at each of its requests; another one brings everything back. */
@ExtendWith(SharedDeployment.class)
class KilledQuiesceTest {
  private static final String CHANGES = "POST .*/containers/.*/(stop|start|pause|unpause)";

  private final SampleDeployment sample;
  @TempDir Path state;

  KilledQuiesceTest(SampleDeployment sample) {
    this.sample = sample;
  }

  @ParameterizedTest(name = "{0}, request {1} {2}")
  @CsvSource({
    "STOP, 1, HELD", "STOP, 2, HELD", "STOP, 3, HELD", "STOP, 4, HELD",
    "STOP, 5, HELD", "STOP, 6, HELD", "STOP, 7, HELD", "STOP, 8, HELD",
    "STOP, 1, UNANSWERED", "STOP, 4, UNANSWERED", "STOP, 5, UNANSWERED", "STOP, 8, UNANSWERED",
    "PAUSE, 1, HELD", "PAUSE, 4, HELD", "PAUSE, 5, HELD", "PAUSE, 8, HELD",
    "PAUSE, 1, UNANSWERED", "PAUSE, 8, UNANSWERED",
  })
  void everything_is_up_after_a_kill_at_any_request(QuiesceMode mode, int number, Fault fault)
      throws Exception {
    try (DockerProxy proxy = new DockerProxy(sample.dockerHost(), CHANGES, number, fault)) {
      try (var _ =
          ChildQuiesce.start(proxy.host(), sample.profile(), state, mode, sample.archived())) {
        proxy.awaitFault();
        assertThat(state.resolve("quiesce.json")).exists();
        assertThat(Resume.pending(state)).as("while its process lives").isEmpty();
      }

      Resume.pending(state).orElseThrow().run();
    }

    assertThat(SampleDeployment.SERVICES).allMatch(sample::running);
    assertThat(state.resolve("quiesce.json")).doesNotExist();
    assertThat(Resume.pending(state)).isEmpty();
  }

  @Test
  void a_stop_that_is_still_under_way_does_not_win_in_the_end() throws Exception {
    Path volume = sample.volume("tor_datadir");
    var _ =
        sample.docker(
            "run",
            "-d",
            "--name",
            "slow",
            "--network=none",
            "-v",
            "generated_tor_datadir:/t",
            "lightkeeper-sample",
            "sh",
            "-c",
            "trap 'sleep 3; exit 0' TERM; while :; do sleep 0.1 & wait $!; done");
    try (DockerProxy proxy =
        new DockerProxy(sample.dockerHost(), "POST .*/stop", 2, Fault.UNANSWERED)) {
      try (var _ =
          ChildQuiesce.start(
              proxy.host(), sample.profile(), state, QuiesceMode.STOP, List.of(volume))) {
        proxy.awaitFault();
      }

      Resume.pending(state).orElseThrow().run();

      assertThat(sample.docker("inspect", "-f", "{{.State.Status}}", "slow")).isEqualTo("running");
      assertThat(sample.docker("inspect", "-f", "{{.State.FinishedAt}}", "slow"))
          .as("the Engine is through with the stop")
          .doesNotStartWith("0001");
    } finally {
      var _ = sample.docker("rm", "-f", "slow");
    }
  }

  @Test
  void a_compose_down_that_outlives_its_parent_is_waited_for() throws Exception {
    try (DockerProxy proxy = new DockerProxy(sample.dockerHost(), "POST .*/stop", 1, Fault.SEEN)) {
      try (var _ =
          ChildQuiesce.start(
              proxy.host(), sample.profile(), state, QuiesceMode.STACK, sample.archived())) {
        proxy.awaitFault();
      }

      Resume.pending(state).orElseThrow().run();
    }

    assertThat(SampleDeployment.SERVICES).allMatch(sample::running);
    assertThat(state.resolve("quiesce.json")).doesNotExist();
  }
}

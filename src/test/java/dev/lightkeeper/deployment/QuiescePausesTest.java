package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.deployment.HostContainer.ComposeLabels;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which containers are paused where others are stopped. */
class QuiescePausesTest {
  @Test
  void bitcoind_is_paused_and_never_stopped() {
    assertThat(Quiesce.pauses(QuiesceMode.STOP, container("generated", "bitcoind", false)))
        .isTrue();
  }

  @Test
  void what_stopping_would_remove_is_paused() {
    assertThat(Quiesce.pauses(QuiesceMode.STOP, container("generated", "tor", true))).isTrue();
  }

  @Test
  void what_docker_is_about_to_restart_cannot_be_paused() {
    HostContainer crashing =
        new HostContainer(
            "id",
            "tor",
            new ComposeLabels("generated", "tor", false),
            HostContainer.State.RESTARTING,
            "2026-11-23T00:00:00Z",
            "",
            0,
            false,
            List.of());

    assertThat(Quiesce.pauses(QuiesceMode.PAUSE, crashing)).isFalse();
  }

  @Test
  void others_are_stopped_unless_all_are_to_be_paused() {
    HostContainer tor = container("generated", "tor", false);
    HostContainer elsewhere = container("mine", "bitcoind", false);

    assertThat(Quiesce.pauses(QuiesceMode.STOP, tor)).isFalse();
    assertThat(Quiesce.pauses(QuiesceMode.STOP, elsewhere)).isFalse();
    assertThat(Quiesce.pauses(QuiesceMode.PAUSE, tor)).isTrue();
  }

  private static HostContainer container(String project, String service, boolean removed) {
    return new HostContainer(
        "id",
        service,
        new ComposeLabels(project, service, false),
        HostContainer.State.RUNNING,
        "2026-11-23T00:00:00Z",
        "",
        0,
        removed,
        List.of());
  }
}

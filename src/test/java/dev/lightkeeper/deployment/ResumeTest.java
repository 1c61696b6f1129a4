package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
  @TempDir private Path state;

  @Test
  void what_nobody_foresaw_fails_it_as_well_and_nothing_counts_as_up() throws Exception {
    Path journal =
        Files.writeString(
            state.resolve("quiesce.json"),
            """
            {"version": 1, "id": "one", "created_at": "2026-11-23T02:15:00Z",
             "docker_host": "unix://not a socket's address", "profile": "/none",
             "stop_timeout_seconds": 1, "owner": {"pid": 1, "started": 0, "boot": "another"},
             "targets": [{"id": "a", "name": "tor", "measure": "stop", "started_at": "",
                          "restarting": false}]}
            """);

    assertThatThrownBy(() -> Resume.pending(state).orElseThrow().run(Duration.ofMillis(300)))
        .isInstanceOfSatisfying(
            DeploymentException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.RESUME);
              assertThat(e.what()).contains("not everything").contains("not a socket's address");
              assertThat(e.remedy()).contains("docker start tor");
            });
    assertThat(journal).exists();
  }
}

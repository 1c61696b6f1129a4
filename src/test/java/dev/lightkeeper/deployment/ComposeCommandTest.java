package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComposeCommandTest {
  @TempDir Path folder;

  private void program(String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private ComposeCommand find() throws Exception {
    return ComposeCommand.find(Map.of("PATH", folder.toString()));
  }

  @Test
  void docker_compose_with_a_hyphen_comes_first() throws Exception {
    program("docker-compose", "exit 0");
    program("docker", "exit 0");

    assertThat(find().words()).isEqualTo(List.of(folder.resolve("docker-compose").toString()));
  }

  @Test
  void otherwise_it_is_dockers_plugin() throws Exception {
    program("docker", "[ \"$1 $2\" = 'compose version' ]");

    assertThat(find().words()).isEqualTo(List.of(folder.resolve("docker").toString(), "compose"));
  }

  @Test
  void docker_without_the_plugin_is_not_enough() throws Exception {
    program("docker", "echo \"docker: 'compose' is not a docker command.\" >&2; exit 1");

    assertThatThrownBy(this::find)
        .isInstanceOfSatisfying(
            DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.COMPOSE))
        .hasMessageContaining("docker compose");
  }
}

package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreCommandTest {
  @Test
  void channel_databases_never_go_live_without_a_handoff() {
    CommandRun run =
        CommandRun.of(
            "restore", "--migrate", "--yes", "/nowhere/backup.tar.gz", "--config", "/nowhere/toml");
    assertThat(run.code()).isEqualTo(ExitCode.REFUSED.value());
    assertThat(run.err()).contains("no remote is configured");
  }

  @Test
  void a_migration_has_nothing_to_recover() {
    CommandRun run = CommandRun.of("restore", "--migrate", "--recover", "latest");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE.value());
    assertThat(run.err()).contains("a migration keeps its channels: there is nothing to recover");
  }

  @ParameterizedTest
  @ValueSource(strings = {"restore", "drill"})
  void an_archive_that_can_be_nowhere_is_told_before_docker_is_asked(String command) {
    CommandRun run = CommandRun.of(command, "/nowhere/backup.tar.gz", "--config", "/nowhere/toml");
    assertThat(run.code()).isEqualTo(ExitCode.NOT_FOUND.value());
    assertThat(run.err()).contains("there is no archive /nowhere/backup.tar.gz");
  }

  @Test
  void with_json_nobody_is_asked_about_a_plan_that_is_not_shown() {
    CommandRun run = CommandRun.of("restore", "latest", "--json", "--config", "/nowhere/toml");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE.value());
    assertThat(run.err()).contains("--dry-run", "--yes");
    assertThat(
            CommandRun.of("restore", "latest", "--json", "--yes", "--config", "/nowhere/toml")
                .code())
        .isEqualTo(ExitCode.NOT_FOUND.value());
  }

  @Test
  void it_wants_one_archive_or_a_rollback() {
    assertThat(CommandRun.of("restore").code()).isEqualTo(ExitCode.USAGE.value());
    assertThat(CommandRun.of("restore", "--rollback", "latest").code())
        .isEqualTo(ExitCode.USAGE.value());
    assertThat(CommandRun.of("restore", "--rollback", "--recover").code())
        .isEqualTo(ExitCode.USAGE.value());
    assertThat(CommandRun.of("restore", "--recover", "--wait", "soon").code())
        .isEqualTo(ExitCode.USAGE.value());
  }
}

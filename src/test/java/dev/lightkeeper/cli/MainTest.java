package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.remote.RemoteException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
  @Test
  void the_version_is_the_builds() {
    CommandRun run = CommandRun.of("--version");

    assertThat(run.code()).isZero();
    assertThat(run.out()).matches("lightkeeper \\d+\\.\\d+\\.\\d+\\S*\\R");
  }

  @Test
  void no_command_is_a_usage_error() {
    CommandRun run = CommandRun.of();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("Which command?", "Usage: lightkeeper");
  }

  @Test
  void an_unknown_option_is_a_usage_error() {
    CommandRun run = CommandRun.of("status", "--nonsense");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "lightkeeper: Unknown option: '--nonsense'\n  → see 'lightkeeper status --help'\n");
  }

  @Test
  void a_mistyped_command_is_answered_with_the_nearest() {
    CommandRun run = CommandRun.of("stats");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("there is no command stats", "is status or");
  }

  @Test
  void a_usage_error_is_an_object_with_json() throws Exception {
    CommandRun run = CommandRun.of("versions", "--json", "--last", "many");

    assertThat(run.out()).isEmpty();
    JsonNode error = Json.parse(run.err(), JsonNode.class).path("error");
    assertThat(error.path("exit_code").asInt()).isEqualTo(2);
    assertThat(error.path("message").asText()).contains("'many' is not a whole number");
  }

  @ParameterizedTest
  @CsvSource({
    "restore --rollback --yes --dry-run",
    "restore --recover --dry-run",
    "backup --resume --dry-run",
    "backup --ship --dry-run",
    "backup --ship --resume"
  })
  void a_dry_run_that_cannot_be_one_is_refused(String line) {
    CommandRun run = CommandRun.of(line.split(" "));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--dry-run");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void examples_can_be_copied_as_they_are_printed(String command) {
    var line = Objects.requireNonNull(Main.commandLine().getSubcommands().get(command));
    var usage = line.getCommandSpec().usageMessage();

    assertThat(List.of(usage.footer())).allSatisfy(l -> assertThat(l.length()).isLessThan(81));
    assertThat(usage.description()[0]).matches("(?s).*[.]");
  }

  static Iterable<String> commands() {
    return Main.commandLine().getSubcommands().keySet();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_helps_with_examples_and_exit_codes(String command) {
    CommandRun run = CommandRun.of(command, "--help");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Examples:", "lightkeeper " + command, "Exit codes:", "--json");
  }

  @Test
  void a_failure_says_what_to_do_next() {
    CommandRun run = CommandRun.of("versions", "--config", "/nonexistent.toml");

    assertThat(run.code()).isEqualTo(14);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("lightkeeper: there is no configuration /nonexistent.toml")
        .contains("  → without one, name the remote: --remote sftp://");
  }

  @Test
  void a_failure_is_an_object_with_json() throws Exception {
    CommandRun run = CommandRun.of("versions", "--config", "/nonexistent.toml", "--json");

    assertThat(run.out()).isEmpty();
    JsonNode error = Json.parse(run.err(), JsonNode.class).path("error");
    assertThat(error.path("exit_code").asInt()).isEqualTo(14);
    assertThat(error.path("message").asText())
        .isEqualTo("there is no configuration /nonexistent.toml");
    assertThat(error.path("remedy").asText()).contains("--remote");
  }

  @Test
  void global_options_are_taken_before_the_command_too() {
    CommandRun run = CommandRun.of("--json", "--config", "/nonexistent.toml", "versions");

    assertThat(run.err()).contains("\"exit_code\" : 14", "/nonexistent.toml");
  }

  @Test
  void a_stack_trace_is_shown_only_with_verbose() {
    assertThat(CommandRun.of("versions", "-c", "/nonexistent.toml").err()).doesNotContain("\tat ");
    assertThat(CommandRun.of("versions", "-c", "/nonexistent.toml", "-v").err()).contains("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "UNREACHABLE,15",
    "HOST_KEY,12",
    "AUTHENTICATION,12",
    "NOT_FOUND,10",
    "NO_SPACE,1",
    "PERMISSION,1",
    "TORN,1",
    "FAILED,1"
  })
  void each_failure_of_a_remote_has_its_exit_code(RemoteException.Kind kind, int code) {
    assertThat(Failure.of(new RemoteException(kind, "what", "remedy", null)).code().value())
        .isEqualTo(code);
  }

  @Test
  void what_nobody_foresaw_is_an_internal_error() {
    Failure failure = Failure.of(new IllegalStateException("impossible"));

    assertThat(failure.code()).isEqualTo(ExitCode.FAILED);
    assertThat(failure.text()).startsWith("lightkeeper: internal error").contains("--verbose");
  }

  @Test
  void completion_is_a_script_that_bash_understands() throws Exception {
    CommandRun run = CommandRun.of("completion");
    Process bash = new ProcessBuilder("bash", "-n").start();
    try (var stdin = bash.outputWriter()) {
      stdin.write(run.out());
    }

    assertThat(bash.waitFor()).isZero();
    assertThat(run.out()).contains("complete -F", "versions", "--accept-host-key");
  }
}

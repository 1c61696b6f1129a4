package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BtcpayEnvironmentTest {
  private static final String WHOLE =
      """
      export BTCPAY_BASE_DIRECTORY="/root/BTCPayServer"
      export BTCPAY_ENV_FILE="$BTCPAY_BASE_DIRECTORY/.env"
      BTCPAY_DOCKER_COMPOSE="$(echo "$BTCPAY_BASE_DIRECTORY")/Generated/docker-compose.generated.yml"
      export BTCPAY_DOCKER_COMPOSE
      """;

  @TempDir Path folder;

  private BtcpayEnvironment read(String script) throws Exception {
    return BtcpayEnvironment.read(write(script));
  }

  private Path write(String script) throws IOException {
    return Files.writeString(folder.resolve("btcpay env.sh"), script);
  }

  private void assertRefused(String script, String words) {
    assertThatThrownBy(() -> read(script))
        .isInstanceOfSatisfying(
            DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ENVIRONMENT))
        .hasMessageContaining(words);
  }

  @Test
  void the_script_is_run_not_read() throws Exception {
    BtcpayEnvironment environment = read(WHOLE);

    assertThat(environment.envFile()).isEqualTo(Path.of("/root/BTCPayServer/.env"));
    assertThat(environment.composeFile())
        .isEqualTo(Path.of("/root/BTCPayServer/Generated/docker-compose.generated.yml"));
    assertThat(environment.composeTimeout()).isEqualTo(Duration.ofMinutes(3));
    assertThat(environment.databaseTimeout()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void values_keep_their_lines_and_what_is_printed_is_no_value() throws Exception {
    BtcpayEnvironment environment =
        read(WHOLE + "echo LD_PRELOAD=evil\nexport TEXT=$'one\\ntwo=2'\nfalse\n");

    assertThat(environment.variables()).containsEntry("TEXT", "one\ntwo=2");
    assertThat(environment.variables()).doesNotContainKey("LD_PRELOAD");
  }

  @Test
  void nothing_of_our_own_environment_goes_in() throws Exception {
    assertThat(read(WHOLE).variables().keySet())
        .isSubsetOf(
            "BTCPAY_BASE_DIRECTORY",
            "BTCPAY_ENV_FILE",
            "BTCPAY_DOCKER_COMPOSE",
            "PATH",
            "HOME",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_");
  }

  @Test
  void timeouts_are_seconds() throws Exception {
    BtcpayEnvironment environment =
        read(WHOLE + "export COMPOSE_HTTP_TIMEOUT=7\nexport BTCPAY_DATABASE_READY_TIMEOUT=8\n");

    assertThat(environment.composeTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(environment.databaseTimeout()).isEqualTo(Duration.ofSeconds(8));
  }

  @Test
  void a_missing_script_means_no_deployment() {
    assertThatThrownBy(() -> BtcpayEnvironment.read(folder.resolve("none.sh")))
        .isInstanceOfSatisfying(
            DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_DEPLOYMENT))
        .hasMessageContaining("none.sh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BTCPAY_BASE_DIRECTORY", "BTCPAY_ENV_FILE", "BTCPAY_DOCKER_COMPOSE"})
  void a_missing_variable_is_named(String variable) {
    assertRefused(WHOLE + "unset " + variable + "\n", variable);
  }

  @Test
  void a_relative_path_is_refused() {
    assertRefused(WHOLE + "BTCPAY_ENV_FILE=.env\n", "BTCPAY_ENV_FILE");
  }

  @Test
  void a_timeout_that_is_no_number_is_refused() {
    assertRefused(WHOLE + "export COMPOSE_HTTP_TIMEOUT=soon\n", "COMPOSE_HTTP_TIMEOUT");
  }

  @Test
  void a_script_that_ends_the_shell_is_refused() {
    assertRefused(WHOLE + "exit 5\n", "bash ended with 5");
  }

  @Test
  void secrets_do_not_show_in_its_text() throws Exception {
    assertThat(read(WHOLE + "export PASSPHRASE=hunter2\n").toString()).doesNotContain("hunter2");
  }
}

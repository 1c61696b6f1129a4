package dev.lightkeeper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lightkeeper.config.AlertSection.Limits;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code [alerts.NAME]}: what it may say, and what is said about what it may not. */
class AlertReaderTest {
  private static final String REST =
      """
      [nodes.alice]
      kind = "lnd"
      file = "/lnd/channel.backup"
      [remotes.disk]
      url = "file:///mnt/disk"
      """;
  private static final Limits DEFAULT = new Limits("warning", 4);

  @TempDir Path dir;

  @Test
  void every_kind_is_read() throws Exception {
    List<AlertSection> alerts =
        read(
            """
            [alerts.alive]
            kind = "healthchecks"
            url = "https://hc-ping.com/uuid"
            every = "1m"
            [alerts.nightly]
            kind = "healthchecks"
            url = "https://hc-ping.com/other"
            pings = "backup"
            [alerts.hook]
            kind = "webhook"
            url = "https://hooks.example.com/x?y=z"
            min_urgency = "notice"
            per_hour = 10
            [alerts.phone]
            kind = "ntfy"
            url = "https://ntfy.sh/topic"
            token_file = "/etc/lightkeeper/token"
            [alerts.mail]
            kind = "smtp"
            url = "smtp://you@mail.example.com:587"
            password_file = "/etc/lightkeeper/mail-password"
            from = "lightkeeper@example.com"
            to = ["you@example.com"]
            ca_file = "/etc/lightkeeper/ca.pem"
            [alerts.own]
            kind = "command"
            command = ["/usr/local/bin/tell-me", "--loud"]
            timeout = "5s"
            """);

    assertThat(alerts)
        .containsExactly(
            new AlertSection.Healthchecks(
                "alive",
                DEFAULT,
                URI.create("https://hc-ping.com/uuid"),
                "watch",
                Duration.ofMinutes(1),
                null),
            new AlertSection.Healthchecks(
                "nightly",
                DEFAULT,
                URI.create("https://hc-ping.com/other"),
                "backup",
                Duration.ofMinutes(5),
                null),
            new AlertSection.Http(
                "hook",
                new Limits("notice", 10),
                false,
                URI.create("https://hooks.example.com/x?y=z"),
                null,
                null),
            new AlertSection.Http(
                "phone",
                DEFAULT,
                true,
                URI.create("https://ntfy.sh/topic"),
                Path.of("/etc/lightkeeper/token"),
                null),
            new AlertSection.Smtp(
                "mail",
                DEFAULT,
                URI.create("smtp://you@mail.example.com:587"),
                Path.of("/etc/lightkeeper/mail-password"),
                "lightkeeper@example.com",
                List.of("you@example.com"),
                Path.of("/etc/lightkeeper/ca.pem")),
            new AlertSection.Command(
                "own",
                DEFAULT,
                List.of("/usr/local/bin/tell-me", "--loud"),
                Duration.ofSeconds(5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "kind = 'ntfi' ; url = 'https://h/hunter2' | alerts.a.kind",
        "url = 'https://h/hunter2' | alerts.a.kind",
        "kind = 'webhook' | alerts.a.url",
        "kind = 'webhook' ; url = 'ftp://h/hunter2' | alerts.a.url",
        "kind = 'webhook' ; url = 'https://u:hunter2@h/' | alerts.a.url",
        "kind = 'ntfy' ; url = 'https://ntfy.sh/' | alerts.a.url",
        "kind = 'ntfy' ; url = 'https://ntfy.sh/hunter2' ; tokn_file = '/t' | alerts.a.tokn_file",
        "kind = 'healthchecks' ; url = 'https://h/hunter2' ; pings = 'me' | alerts.a.pings",
        "kind = 'webhook' ; url = 'https://h/hunter2' ; min_urgency = 'low' | alerts.a.min_urgency",
        "kind = 'webhook' ; url = 'https://h/hunter2' ; per_hour = 0 | alerts.a.per_hour",
        "kind = 'smtp' ; url = 'smtp://u:hunter2@h' ; from = 'a@b' ; to = ['a@b'] | alerts.a.url",
        "kind = 'smtp' ; url = 'smtp://u@h' ; from = 'a@b' ; to = ['a@b'] | alerts.a.password_file",
        "kind = 'smtp' ; url = 'smtp://h' ; from = 'a@b' ; to = [] | alerts.a.to",
        "kind = 'smtp' ; url = 'smtp://h' ; from = 'Me <a@b>' ; to = ['a@b'] | alerts.a.from",
        "kind = 'command' ; command = ['tell-me'] | alerts.a.command",
        "kind = 'command' | alerts.a.command",
      })
  void a_mistake_is_named_with_its_key_and_without_the_secret(String section, String key)
      throws Exception {
    Path file = write("[alerts.a] ; %s".formatted(section).replace(" ; ", "\n"));
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file, Map.of()));

    assertThat(refused.problems()).extracting(Problem::key).containsExactly(key);
    assertThat(refused.problems().getFirst().line()).isPositive();
    assertThat(refused.problems().getFirst().remedy()).isNotBlank();
    assertThat(refused).message().doesNotContain("hunter2");
  }

  private List<AlertSection> read(String alerts) throws Exception {
    return ConfigFile.read(write(alerts), Map.of()).alerts();
  }

  private Path write(String alerts) throws Exception {
    return Files.writeString(dir.resolve("lightkeeper.toml"), REST + alerts);
  }
}

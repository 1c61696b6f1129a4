package dev.lightkeeper.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.alert.Notice.Change;
import dev.lightkeeper.alert.Notice.Event;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.Urgency;
import dev.lightkeeper.testing.Certificate;
import dev.lightkeeper.testing.FreePort;
import dev.lightkeeper.testing.MailListener;
import dev.lightkeeper.testing.WebListener;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of channel, from the state folder to a listener that is not there at first. */
class DeliveryTest {
  private static final String SECRET = "hunter2-not-to-be-seen";
  private static final String AWKWARD = "a'b\"; touch pwned; $(touch pwned) `touch pwned`\n%s é€😀";

  @TempDir Path dir;
  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private AlertFolder folder;

  @BeforeEach
  void begin() {
    folder = new AlertFolder(dir.resolve("state"));
  }

  @Test
  void a_webhook_gets_json_once_its_server_is_there_and_then_the_recovery() throws Exception {
    int port = FreePort.next();
    Route route = route(new Webhook(url(port), token(), Trust.usual()));
    folder.post(notice(Event.RAISED));
    List<String> problems = deliver(route);
    assertThat(problems).singleElement().asString().contains("127.0.0.1").doesNotContain(SECRET);

    try (WebListener web = WebListener.start(port)) {
      assertThat(deliver(route)).as("not before its time").isEmpty();
      assertThat(web.posts()).isEmpty();
      now = now.plusSeconds(10);
      deliver(route);
      folder.post(notice(Event.RECOVERED));
      deliver(route);

      assertThat(web.posts()).hasSize(2);
      WebListener.Post raised = web.posts().getFirst();
      assertThat(raised.path()).isEqualTo("/" + SECRET);
      assertThat(raised.header("Authorization")).isEqualTo("Bearer " + SECRET);
      assertThat(raised.header("Content-type")).isEqualTo("application/json");
      Notice read = Json.parse(raised.body(), Notice.class);
      assertThat(read.event()).isEqualTo(Event.RAISED);
      assertThat(read.alerts().getFirst().alert().message()).isEqualTo(AWKWARD);
      assertThat(raised.body())
          .contains("\"event\" : \"raised\"", "\"urgency\" : \"warning\"", "\"kind\" : \"torn\"");
      assertThat(Json.parse(web.posts().getLast().body(), Notice.class).event())
          .isEqualTo(Event.RECOVERED);
    }
  }

  @Test
  void ntfy_gets_title_priority_tags_and_token_once_it_is_there() throws Exception {
    int port = FreePort.next();
    Route route = route(new Ntfy(url(port), token(), Trust.usual()));
    folder.post(notice(Event.RAISED));
    assertThat(deliver(route)).singleElement().asString().doesNotContain(SECRET);

    try (WebListener web = WebListener.start(port)) {
      now = now.plusSeconds(10);
      deliver(route);
      folder.post(notice(Event.RECOVERED));
      deliver(route);

      WebListener.Post raised = web.posts().getFirst();
      assertThat(raised.header("Title"))
          .isEqualTo("Warning on host: torn node alice remote offsite");
      assertThat(raised.header("Priority")).isEqualTo("4");
      assertThat(raised.header("Tags")).isEqualTo("warning");
      assertThat(raised.header("Authorization")).isEqualTo("Bearer " + SECRET);
      assertThat(raised.body()).isEqualTo(AWKWARD);
      assertThat(web.posts().getLast().header("Tags")).isEqualTo("white_check_mark");
    }
  }

  @Test
  void a_check_fails_while_an_alert_is_open_and_is_well_afterwards() throws Exception {
    int port = FreePort.next();
    Route route =
        new Route(
            "ops",
            new Healthchecks(url(port), Urgency.WARNING, Trust.usual()),
            Urgency.WARNING,
            4,
            Route.WATCH);
    folder.post(notice(Event.RAISED));
    assertThat(deliver(route)).singleElement().asString().doesNotContain(SECRET);

    try (WebListener web = WebListener.start(port)) {
      now = now.plusSeconds(10);
      deliver(route);
      folder.post(notice(Event.RECOVERED));
      deliver(route);
      folder.post(Notice.alive(now, "host", List.of()));
      deliver(route);

      assertThat(web.posts())
          .extracting(WebListener.Post::path)
          .containsExactly("/" + SECRET + "/fail", "/" + SECRET, "/" + SECRET);
      assertThat(web.posts().getFirst().body()).contains("torn node alice", AWKWARD);
    }
  }

  @Test
  void a_check_of_backups_gets_start_and_end_with_the_last_of_the_log() throws Exception {
    try (WebListener web = WebListener.start(0)) {
      Route route =
          new Route(
              "nightly",
              new Healthchecks(url(web.port()), Urgency.WARNING, Trust.usual()),
              Urgency.WARNING,
              4,
              "backup");
      folder.post(Notice.run(now, "host", Event.STARTED, "backup", ""));
      deliver(route);
      folder.post(
          Notice.run(now, "host", Event.FAILED, "backup", "x".repeat(20_000) + "disk full"));
      deliver(route);
      folder.post(Notice.run(now, "host", Event.SUCCEEDED, "backup", "done"));
      deliver(route);

      assertThat(web.posts())
          .extracting(WebListener.Post::path)
          .containsExactly("/" + SECRET + "/start", "/" + SECRET + "/fail", "/" + SECRET);
      assertThat(web.posts().get(1).body()).hasSize(10_000).endsWith("disk full");
    }
  }

  @Test
  void mail_goes_by_starttls_and_with_a_login_once_the_server_is_there() throws Exception {
    Certificate certificate = Certificate.make(dir);
    int port = FreePort.next();
    Route route = route(mail(port, Mail.Security.STARTTLS, Trust.of(certificate.pem())));
    folder.post(notice(Event.RAISED));
    assertThat(deliver(route)).singleElement().asString().contains("localhost:" + port);

    try (MailListener mail = MailListener.startTls(port, certificate.server(), "keeper", SECRET)) {
      now = now.plusSeconds(10);
      assertThat(deliver(route)).isEmpty();
      folder.post(notice(Event.RECOVERED));
      deliver(route);

      assertThat(mail.mails()).hasSize(2);
      MailListener.Mail first = mail.mails().getFirst();
      assertThat(first.from()).isEqualTo("lightkeeper@example.com");
      assertThat(first.to()).isEqualTo("you@example.com");
      assertThat(first.subject()).isEqualTo("Warning on host: torn node alice remote offsite");
      assertThat(first.text().strip()).isEqualTo(AWKWARD);
      assertThat(mail.mails().getLast().subject()).startsWith("Recovered on host");
    }
  }

  @Test
  void mail_goes_by_tls_from_the_first_byte() throws Exception {
    Certificate certificate = Certificate.make(dir);
    try (MailListener mail =
        MailListener.startImplicitTls(certificate.server(), "keeper", SECRET)) {
      folder.post(notice(Event.RAISED));
      assertThat(deliver(route(mail(mail.port(), Mail.Security.TLS, Trust.of(certificate.pem())))))
          .isEmpty();
      assertThat(mail.mails()).hasSize(1);
    }
  }

  @Test
  void no_mail_and_no_password_goes_to_a_server_that_cannot_prove_who_it_is() throws Exception {
    Certificate certificate = Certificate.make(dir);
    try (MailListener mail = MailListener.startTls(0, certificate.server(), "keeper", SECRET)) {
      folder.post(notice(Event.RAISED));
      assertThat(deliver(route(mail(mail.port(), Mail.Security.STARTTLS, Trust.usual()))))
          .singleElement()
          .asString()
          .contains("cannot be trusted");
      assertThat(mail.mails()).isEmpty();
      assertThat(mail.logins()).isZero();
    }
  }

  @Test
  void no_password_goes_over_an_open_line() throws Exception {
    try (MailListener mail = MailListener.startOpen()) {
      folder.post(notice(Event.RAISED));
      assertThat(deliver(route(mail(mail.port(), Mail.Security.STARTTLS, Trust.usual()))))
          .singleElement()
          .asString()
          .contains("offers no STARTTLS");
      assertThat(mail.mails()).isEmpty();
    }
  }

  @Test
  void a_wrong_password_is_said_without_saying_it() throws Exception {
    Certificate certificate = Certificate.make(dir);
    try (MailListener mail = MailListener.startTls(0, certificate.server(), "keeper", "other")) {
      folder.post(notice(Event.RAISED));
      assertThat(
              deliver(
                  route(mail(mail.port(), Mail.Security.STARTTLS, Trust.of(certificate.pem())))))
          .singleElement()
          .asString()
          .contains("does not accept the login of keeper", "password_file")
          .doesNotContain(SECRET);
    }
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    try (WebListener web = WebListener.start(0)) {
      web.answer(302);
      folder.post(notice(Event.RAISED));
      assertThat(deliver(route(new Webhook(url(web.port()), token(), Trust.usual()))))
          .singleElement()
          .asString()
          .contains("answered 302")
          .doesNotContain(SECRET);
    }
  }

  @Test
  void a_command_gets_variables_and_json_and_no_shell_sees_them() throws Exception {
    Path script = dir.resolve("tell me");
    Route route =
        route(new Command(List.of(script.toString(), AWKWARD), Duration.ofSeconds(60), dir));
    folder.post(notice(Event.RAISED));
    assertThat(deliver(route)).singleElement().asString().contains("cannot be run");

    Files.writeString(
        script,
        """
        #!/bin/sh
        cd "$(dirname "$0")"
        cat > input.json
        printf '%s' "$LIGHTKEEPER_ALERT_TEXT" > text
        printf '%s' "$1" > argument
        printf '%s|%s|%s|%s' "$LIGHTKEEPER_ALERT_EVENT" "$LIGHTKEEPER_ALERT_URGENCY" \\
          "$LIGHTKEEPER_ALERT_KIND" "$LIGHTKEEPER_ALERT_NODE" > variables
        """);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    now = now.plusSeconds(10);
    assertThat(deliver(route)).isEmpty();

    assertThat(dir.resolve("variables")).hasContent("raised|warning|torn|alice");
    assertThat(Files.readString(dir.resolve("argument"))).isEqualTo(AWKWARD);
    assertThat(Files.readString(dir.resolve("text"))).isEqualTo(AWKWARD);
    assertThat(Json.parse(Files.readString(dir.resolve("input.json")), Notice.class).text())
        .isEqualTo(AWKWARD);
    assertThat(dir.resolve("pwned")).doesNotExist();
  }

  @Test
  void root_runs_a_command_as_the_owner_of_the_state_folder() throws Exception {
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx--x--x"));
    Path state = Files.createDirectory(dir.resolve("watchers"));
    Files.setAttribute(state, "unix:uid", 65_534);
    Files.setAttribute(state, "unix:gid", 65_534);
    Route route =
        route(
            new Command(
                List.of(
                    "/bin/sh",
                    "-c",
                    "(id -u; id -g; echo \"home $HOME\") > %s/who".formatted(state)),
                Duration.ofSeconds(60),
                state));
    folder.post(notice(Event.RAISED));

    assertThat(deliver(route)).isEmpty();

    assertThat(Files.readAllLines(state.resolve("who"))).containsExactly("65534", "65534", "home ");
  }

  @Test
  void a_command_that_does_not_end_is_killed_with_its_children() throws Exception {
    Route route =
        route(
            new Command(
                List.of("/bin/sh", "-c", "sleep 987654 & echo $! > " + dir + "/pid; wait"),
                Duration.ofSeconds(2),
                dir));
    folder.post(notice(Event.RAISED));
    assertThat(deliver(route)).singleElement().asString().contains("did not end within 2 s");
    long child = Long.parseLong(Files.readString(dir.resolve("pid")).strip());
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void what_waits_outlives_the_process_and_a_dead_channel_keeps_no_other_waiting()
      throws Exception {
    int port = FreePort.next();
    try (WebListener alive = WebListener.start(0)) {
      Route dead =
          new Route("dead", new Ntfy(url(port), null, Trust.usual()), Urgency.NOTICE, 4, null);
      Route well =
          new Route(
              "well", new Ntfy(url(alive.port()), null, Trust.usual()), Urgency.NOTICE, 4, null);
      folder.post(notice(Event.RAISED));
      new Delivery(folder, List.of(dead, well), () -> now).run();
      assertThat(alive.posts()).hasSize(1);

      now = now.plus(Duration.ofHours(20));
      try (WebListener late = WebListener.start(port)) {
        new Delivery(new AlertFolder(dir.resolve("state")), List.of(dead, well), () -> now).run();
        assertThat(late.posts()).hasSize(1);
        assertThat(alive.posts()).as("nothing twice").hasSize(1);
      }
    }
  }

  private List<String> deliver(Route route) throws Exception {
    return new Delivery(folder, List.of(route), () -> now).run().orElseThrow();
  }

  private static Route route(Channel channel) {
    return new Route("ops", channel, Urgency.WARNING, 4, null);
  }

  private Mail mail(int port, Mail.Security security, Trust trust) throws Exception {
    return new Mail(
        new Mail.Server("localhost", port, security, "keeper", token(), trust),
        "lightkeeper@example.com",
        List.of("you@example.com"));
  }

  private Secret token() throws Exception {
    Path file = dir.resolve("secret");
    Files.writeString(file, SECRET + "\n");
    return Secret.of("ops", file, "");
  }

  private static URI url(int port) {
    return URI.create("http://127.0.0.1:" + port + "/" + SECRET);
  }

  private Notice notice(Event event) {
    OpenAlert alert = new OpenAlert("torn", "alice", "offsite", now, AWKWARD);
    return Notice.of(
        new Change(event, now, alert), "host", event == Event.RAISED ? List.of(alert) : List.of());
  }
}

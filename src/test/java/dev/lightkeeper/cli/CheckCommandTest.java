package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.WebListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real OpenSSH server and a real directory. */
class CheckCommandTest {
  @TempDir Path temp;
  private RealSshd sshd;
  private Path node;
  private Path disk;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void startServer() throws IOException {
    sshd = RealSshd.start(temp.resolve("sshd"));
    node = Files.write(temp.resolve("channel.backup"), new byte[400]);
    disk = Files.createDirectories(temp.resolve("disk"));
  }

  @AfterEach
  void stopServer() {
    sshd.close();
  }

  @Test
  void all_is_well() throws IOException {
    assertThat(check(node() + sftp() + directory())).as(out + "" + err).isZero();
    assertThat(out.toString())
        .contains("400 bytes")
        .contains("remote offsite")
        .contains("remote disk")
        .contains("fsync: yes")
        .doesNotContain("FAILED");
  }

  @Test
  void alerts_and_the_status_page_are_named_and_nothing_is_sent() throws Exception {
    Path token = Files.writeString(temp.resolve("token"), "hunter2\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    try (WebListener web = WebListener.start(0)) {
      String alert =
          "[alerts.phone]\nkind = \"ntfy\"\nurl = \"http://127.0.0.1:%d/topic\"\ntoken_file = \"%s\"\n"
              .formatted(web.port(), token);

      assertThat(check(node() + directory() + alert)).as(out + "" + err).isZero();

      assertThat(out.toString())
          .contains("alerts phone: ntfy at 127.0.0.1: not tried", "alert --test")
          .contains("status page: at http://127.0.0.1:9740")
          .doesNotContain("hunter2", "topic", "nobody is told");
      assertThat(web.posts()).isEmpty();
    }
  }

  @Test
  void a_secret_of_an_alert_that_is_missing_or_open_to_all_and_a_program_that_is_not_there()
      throws Exception {
    Path open = Files.writeString(temp.resolve("open"), "hunter2\n");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    String http =
        "[alerts.%s]\nkind = \"webhook\"\nurl = \"https://127.0.0.1/x\"\ntoken_file = \"%s\"\n";
    String alerts =
        http.formatted("missing", temp.resolve("none"))
            + http.formatted("open", open)
            + "[alerts.own]\nkind = \"command\"\ncommand = [\"%s/no-program\"]\n".formatted(temp);

    assertThat(check(node() + directory() + alerts)).isEqualTo(1);

    assertThat(out.toString())
        .contains("FAILED  alerts missing", "the secret in " + temp.resolve("none"))
        .contains("note    alerts open", "can be read by every user")
        .contains("FAILED  alerts own", "no-program is not there");
  }

  @Test
  void without_alerts_it_says_that_nobody_is_told() throws Exception {
    assertThat(check(node() + directory())).isZero();
    assertThat(out.toString()).contains("nobody is told when something is wrong");
  }

  @Test
  void the_probe_leaves_no_version_behind() throws IOException {
    check(node() + sftp());

    try (var files = Files.walk(sshd.root())) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void json_says_the_same_for_programs() throws IOException {
    assertThat(check(node() + sftp(), "--json")).as(err.toString()).isZero();

    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.at("/exit_code").intValue()).isZero();
    assertThat(report.at("/nodes/0/size").intValue()).isEqualTo(400);
    assertThat(report.at("/remotes/0/features/fsync").booleanValue()).isTrue();
  }

  @Test
  void a_wrong_configuration_is_told_with_its_line() throws IOException {
    assertThat(check(node() + sftp() + "colour = 1\n")).isEqualTo(14);
    assertThat(err.toString()).contains("lightkeeper.toml:8: remotes.offsite.colour");
  }

  @Test
  void an_absent_file_is_waited_for_and_no_failure() throws IOException {
    Files.delete(node);

    assertThat(check(node() + directory())).isZero();
    assertThat(out.toString()).contains("does not exist yet");
  }

  @Test
  void a_file_that_cannot_be_read_fails() throws IOException {
    Files.delete(node);
    Files.createDirectory(node);

    assertThat(check(node() + directory())).isEqualTo(1);
  }

  @Test
  void a_server_that_does_not_answer_is_unreachable() throws IOException {
    sshd.stop();

    assertThat(check(node() + sftp())).isEqualTo(15);
  }

  @Test
  void a_missing_key_is_told_with_its_line_in_the_configuration() throws IOException {
    Path key = temp.resolve("no-key");

    assertThat(check(node() + sftp().replace(sshd.clientKey().toString(), key.toString())))
        .isNotZero();
    assertThat(out.toString())
        .contains("lightkeeper.toml:6: remotes.offsite.key: %s does not exist.".formatted(key));
  }

  @Test
  void another_host_key_than_the_pinned_one_is_refused() throws IOException {
    sshd.replaceHostKey();

    assertThat(check(node() + sftp())).isEqualTo(12);
  }

  @Test
  void one_remote_of_two_failing_is_a_failure_in_part() throws IOException {
    sshd.stop();

    assertThat(check(node() + sftp() + directory())).isEqualTo(3);
    assertThat(out.toString()).contains("FAILED  remote offsite").contains("remote disk");
  }

  @Test
  void a_configuration_that_everybody_can_read_is_pointed_out() throws IOException {
    write(node() + directory(), "rw-r--r--");

    assertThat(run()).isZero();
    assertThat(out.toString()).contains("chmod 600");
  }

  private String node() {
    return "[nodes.alice]\nkind = \"lnd\"\nfile = \"%s\"\n".formatted(node);
  }

  private String sftp() {
    return """
    [remotes.offsite]
    url = "sftp://%s@127.0.0.1:%d%s"
    key = "%s"
    known_hosts = "%s"
    """
        .formatted(
            System.getProperty("user.name"),
            sshd.port(),
            sshd.root(),
            sshd.clientKey(),
            sshd.knownHosts());
  }

  private String directory() {
    return "[remotes.disk]\nurl = \"%s\"\n".formatted("file://" + disk);
  }

  private int check(String config, String... options) throws IOException {
    write(config, "rw-------");
    return run(options);
  }

  private void write(String config, String mode) throws IOException {
    Path file = Files.writeString(temp.resolve("lightkeeper.toml"), config);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private int run(String... options) {
    String[] arguments = new String[options.length + 3];
    arguments[0] = "check";
    arguments[1] = "--config";
    arguments[2] = temp.resolve("lightkeeper.toml").toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}

package dev.lightkeeper.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import dev.lightkeeper.testing.FreePort;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * The printed commands and snippet, used word for word: a real account, a real chroot, a real
 * OpenSSH server and client.
 */
@EnabledIf(value = "isRoot", disabledReason = "making an account and a chroot takes root")
class AccountStepsTest {
  private static final String USER = "lk-test-" + ProcessHandle.current().pid();

  @TempDir Path temp;
  private AccountSteps steps;
  private Process sshd;
  private int port;
  private Path key;

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @BeforeEach
  void follow_the_steps() throws Exception {
    key = temp.resolve("key");
    LoginKey made = LoginKey.obtain(key, "lightkeeper@test");
    steps = new AccountSteps(USER, "/backups", made.publicLine(), List.of("alice"));
    for (String command : steps.commands()) {
      run("", "sh", "-c", command);
    }
    run("", "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", temp.resolve("host").toString());
    port = FreePort.next();
    Path config = temp.resolve("sshd_config");
    Files.writeString(
        config,
        """
        ListenAddress 127.0.0.1
        Port %d
        HostKey %s
        PidFile none
        Subsystem sftp /usr/lib/openssh/sftp-server
        %s\
        """
            .formatted(port, temp.resolve("host"), steps.sshdSnippet()));
    Files.createDirectories(Path.of("/run/sshd"));
    run("", "/usr/sbin/sshd", "-t", "-f", config.toString());
    sshd =
        new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("log").toFile())
            .start();
    Files.writeString(temp.resolve("content"), "content");
  }

  @AfterEach
  void undo_the_steps() throws Exception {
    if (sshd != null) {
      sshd.destroy();
      sshd.waitFor(5, TimeUnit.SECONDS);
    }
    Process undo =
        new ProcessBuilder(
                "sh",
                "-c",
                "userdel %s; rm -rf %s %s"
                    .formatted(USER, steps.chroot(), steps.authorizedKeysFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    undo.waitFor();
  }

  @Test
  void the_account_can_add_a_version_and_read_it_back() throws Exception {
    String output =
        sftp(
            """
            put content /backups/incoming/1.part
            rename /backups/incoming/1.part /backups/alice/versions/1
            get /backups/alice/versions/1 back
            """);

    assertThat(temp.resolve("back")).as(output).hasContent("content");
  }

  @Test
  void the_account_can_add_the_note_of_a_handoff() throws Exception {
    String output =
        sftp(
            """
            put content /backups/incoming/1.part
            rename /backups/incoming/1.part /backups/alice/handoff/1
            """);

    assertThat(Path.of(steps.chroot(), "backups/alice/handoff/1")).as(output).hasContent("content");
  }

  @Test
  void the_account_can_neither_overwrite_nor_remove_nor_replace_what_is_there() throws Exception {
    Path kept = Path.of(steps.chroot(), "backups/alice/versions/1");
    String output =
        sftp(
            """
            put content /backups/alice/versions/1
            put content /backups/alice/versions/2
            lcd /
            -put /etc/hostname /backups/alice/versions/1
            -rm /backups/alice/versions/1
            -rename /backups/alice/versions/2 /backups/alice/versions/1
            -chmod 600 /backups/alice/versions/1
            """);

    assertThat(kept).hasContent("content");
    assertThat(Files.getPosixFilePermissions(kept)).hasSize(1);
    assertThat(output).contains("remote delete /backups/alice/versions/1: Permission denied");
  }

  @Test
  void a_handoff_note_can_be_put_into_the_folder_made_for_it_and_into_no_folder_the_account_made()
      throws Exception {
    String output =
        sftp(
            """
            put content /backups/incoming/1.part
            rename /backups/incoming/1.part /backups/alice/handoff/offer
            put content /backups/incoming/2.part
            -mkdir /backups/alice/own
            -rename /backups/incoming/2.part /backups/alice/own/offer
            """);

    Path node = Path.of(steps.chroot(), "backups/alice");
    assertThat(node.resolve("handoff/offer")).as(output).hasContent("content");
    assertThat(node.resolve("own")).isEmptyDirectory();
  }

  @Test
  void a_node_whose_folder_the_account_had_to_make_itself_is_told_with_the_way_out()
      throws Exception {
    Path hosts = temp.resolve("known_hosts");
    String hostKey = Files.readString(temp.resolve("host.pub"));
    Files.writeString(hosts, "[127.0.0.1]:%d %s".formatted(port, hostKey));
    SftpRemote remote =
        new SftpRemote(
            "offsite", new SftpTarget(USER, "127.0.0.1", port, "/backups", key, hosts, null));

    assertThat(sftp("-ls /\n")).as("the server is up").contains("ls");

    List<RemoteCheck> checks = RemoteCheck.all(List.of(remote), List.of(new NodeName("bob")));

    assertThat(checks)
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.failure()).isEqualTo(RemoteException.Kind.PERMISSION);
              assertThat(check.message()).contains("bob/versions", "Permission denied");
              assertThat(check.remedy()).contains("chmod u+rwx");
            });
    assertThat(RemoteCheck.all(List.of(remote), List.of(new NodeName("alice"))))
        .singleElement()
        .extracting(RemoteCheck::failure)
        .isNull();
  }

  @Test
  void the_account_sees_nothing_but_its_own_folder_and_gets_no_shell() throws Exception {
    assertThat(sftp("ls -1 /\n").lines().filter(l -> !l.startsWith("sftp>"))).contains("/backups");
    assertThat(sftp("-ls /etc\n")).contains("not found");
    Process ssh =
        client(
            "ssh", "-p", String.valueOf(port), USER + "@127.0.0.1", "touch /backups/alice/shell");
    ssh.getOutputStream().close();
    assertThat(ssh.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Path.of(steps.chroot(), "backups/alice/shell")).doesNotExist();
  }

  private String sftp(String batch) throws Exception {
    Process sftp = client("sftp", "-P", String.valueOf(port), "-b", "-", "-N", USER + "@127.0.0.1");
    try (var in = sftp.getOutputStream()) {
      in.write(batch.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(sftp.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(sftp.waitFor()).as(output + Files.readString(temp.resolve("log"))).isZero();
    return output;
  }

  private Process client(String program, String... arguments) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                program,
                "-i",
                key.toString(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "ConnectionAttempts=10",
                "-o",
                "StrictHostKeyChecking=accept-new",
                "-o",
                "UserKnownHostsFile=" + temp.resolve("known")));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).directory(temp.toFile()).redirectErrorStream(true).start();
  }

  private static void run(String input, String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
  }
}

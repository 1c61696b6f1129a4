package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.remote.sftp.HostKeyScan;
import dev.lightkeeper.testing.RealSshd;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptedHostKeyTest {
  private static final String ANOTHER = "SHA256:" + "A".repeat(43);

  @TempDir Path folder;
  private RealSshd sshd;

  @BeforeEach
  void start() throws Exception {
    sshd = RealSshd.start(folder.resolve("sshd"));
  }

  @AfterEach
  void stop() {
    sshd.close();
  }

  @Test
  void the_key_with_the_accepted_fingerprint_is_pinned() throws Exception {
    String shown = HostKeyScan.fetch("127.0.0.1", sshd.port(), null).fingerprint();

    Path pinned = AcceptedHostKey.pin(sshd.target(), shown);

    assertThat(Files.readString(pinned).strip())
        .isEqualTo(Files.readString(sshd.knownHosts()).strip());
  }

  @Test
  void another_key_is_refused_and_both_fingerprints_are_shown() throws Exception {
    String shown = HostKeyScan.fetch("127.0.0.1", sshd.port(), null).fingerprint();

    assertThatThrownBy(() -> AcceptedHostKey.pin(sshd.target(), ANOTHER))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.WRONG_KEY))
        .hasMessageContainingAll(shown, ANOTHER);
  }

  @Test
  void fetch_refuses_a_server_that_shows_another_key() {
    CommandRun run =
        CommandRun.of(
            "fetch",
            "--remote=sftp://root@127.0.0.1:%d%s".formatted(sshd.port(), sshd.root()),
            "--key=" + sshd.clientKey(),
            "--accept-host-key=" + ANOTHER,
            "--output=" + folder.resolve("fetched"));

    assertThat(run.code()).isEqualTo(12);
    assertThat(folder.resolve("fetched")).doesNotExist();
  }

  @Test
  void a_server_that_does_not_answer_is_unreachable() {
    sshd.stop();
    CommandRun run =
        CommandRun.of(
            "versions",
            "--remote=sftp://root@127.0.0.1:%d%s".formatted(sshd.port(), sshd.root()),
            "--key=" + sshd.clientKey(),
            "--accept-host-key=" + ANOTHER);

    assertThat(run.code()).isEqualTo(15);
  }
}

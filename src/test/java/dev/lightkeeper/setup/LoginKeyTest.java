package dev.lightkeeper.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys are judged by the real ssh-keygen. */
class LoginKeyTest {
  @TempDir Path folder;

  @Test
  void ssh_keygen_reads_a_new_key_and_finds_the_same_public_half() throws Exception {
    Path file = folder.resolve("id_ed25519");

    LoginKey key = LoginKey.obtain(file, "lightkeeper@here");

    assertThat(key.made()).isTrue();
    assertThat(key.publicLine()).startsWith("ssh-ed25519 AAAA").endsWith(" lightkeeper@here");
    assertThat(run("ssh-keygen", "-y", "-f", file.toString()).strip())
        .isEqualTo(key.publicLine().replace(" lightkeeper@here", ""));
    assertThat(Files.readString(folder.resolve("id_ed25519.pub")).strip())
        .isEqualTo(key.publicLine());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void an_existing_key_is_taken_as_it_is() throws Exception {
    Path file = folder.resolve("id");
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "mine", "-f", file.toString());
    byte[] before = Files.readAllBytes(file);

    LoginKey key = LoginKey.obtain(file, "other");

    assertThat(key.made()).isFalse();
    assertThat(key.publicLine()).endsWith(" mine");
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void the_public_half_of_an_existing_key_is_worked_out_where_it_is_missing() throws Exception {
    Path file = folder.resolve("id");
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "c", "-f", file.toString());
    String line = Files.readString(folder.resolve("id.pub")).strip();
    Files.delete(folder.resolve("id.pub"));

    assertThat(LoginKey.obtain(file, "c").publicLine()).isEqualTo(line);
  }

  @Test
  void a_key_with_a_passphrase_is_refused() throws Exception {
    Path file = folder.resolve("id");
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", file.toString());
    Files.delete(folder.resolve("id.pub"));

    assertThatThrownBy(() -> LoginKey.obtain(file, "c"))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("passphrase");
  }

  @Test
  void a_public_key_without_its_private_key_is_not_overwritten() throws Exception {
    Files.writeString(folder.resolve("id.pub"), "mine");

    assertThatThrownBy(() -> LoginKey.obtain(folder.resolve("id"), "c"))
        .isInstanceOf(SetupException.class);
    assertThat(folder.resolve("id.pub")).hasContent("mine");
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}

package dev.lightkeeper.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A passphrase in a file is what gpg takes it for. */
class PassphraseTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("passphrase");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"correct horse", "correct horse\n", "pässwörd € 🔑\nsecond line\n", " blanks \n"})
  void gpg_opens_what_the_first_line_of_a_file_encrypted(String content) throws Exception {
    Files.writeString(file, content);
    Server server = new Server(folder);
    server.put("file", "text");
    SealedArchive sealed = server.archive(Passphrase.firstLineOf(file));
    assertThat(
            Shell.lines(
                folder,
                """
                mkdir -m 700 gnupg; export GNUPGHOME=$PWD/gnupg
                gpg --batch --quiet --pinentry-mode loopback --passphrase-file "$1" -d "$2" | tar -tz
                gpgconf --kill gpg-agent
                """,
                file,
                sealed.partial()))
        .contains("volumes/generated_btcpay_datadir/_data/file");
  }

  @Test
  void a_file_without_a_first_line_is_refused() throws Exception {
    Files.writeString(file, "\nsecond line\n");
    assertRefused("The passphrase is empty");
    Files.write(file, new byte[0]);
    assertRefused("The passphrase is empty");
  }

  @Test
  void a_file_that_is_no_text_is_refused_without_showing_it() throws Exception {
    byte[] latin = "sécret".getBytes(ISO_8859_1);
    Files.write(file, latin);
    assertRefused("The passphrase in " + file + " is not UTF-8 text");
  }

  private void assertRefused(String what) {
    assertThatThrownBy(() -> Passphrase.firstLineOf(file))
        .isInstanceOfSatisfying(
            ArchiveException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ArchiveException.Kind.PASSPHRASE_REFUSED);
              assertThat(e.what()).isEqualTo(what);
            });
  }
}

package dev.lightkeeper.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.archive.ArchiveException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to an archive on its disk is found. */
class ArchiveVerifierTest {
  private static final int TRIALS = 40;

  @TempDir Path folder;
  private Server server;
  private Passphrase passphrase;

  @BeforeEach
  void volumes() throws Exception {
    server = new Server(folder);
    byte[] content = new byte[20_000];
    new Random(1).nextBytes(content);
    server.put(server.data("a"), content);
    server.put("b", "some text ".repeat(10_000));
    passphrase = Passphrase.of("correct horse".toCharArray());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_flipped_bit_anywhere_is_found(boolean encrypted) throws Exception {
    SealedArchive sealed = server.archive(encrypted ? passphrase : null);
    byte[] whole = Files.readAllBytes(sealed.partial());
    Random random = new Random(7);
    for (int i = 0; i < TRIALS; i++) {
      byte[] flipped = whole.clone();
      // The first bytes, where the headers are, are tried one by one.
      int at = i < 20 ? i : random.nextInt(whole.length);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(sealed.partial(), flipped);
      assertThatThrownBy(() -> verify(sealed, encrypted))
          .as("byte %d", at)
          .isInstanceOf(ArchiveException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_cut_anywhere_is_found(boolean encrypted) throws Exception {
    SealedArchive sealed = server.archive(encrypted ? passphrase : null);
    byte[] whole = Files.readAllBytes(sealed.partial());
    Random random = new Random(8);
    for (int i = 0; i < TRIALS; i++) {
      int length = i < 20 ? whole.length - 1 - i : random.nextInt(whole.length);
      Files.write(sealed.partial(), Arrays.copyOf(whole, length));
      // Not told what was written: the archive itself must show it.
      assertThatThrownBy(
              () ->
                  ArchiveVerifier.of(sealed.partial(), encrypted ? passphrase : null, null)
                      .verify(ArchiveProgress.NONE))
          .as("cut to %d of %d", length, whole.length)
          .isInstanceOf(ArchiveException.class);
    }
  }

  @Test
  void a_cut_in_the_middle_is_called_truncated() throws Exception {
    SealedArchive sealed = server.archive(passphrase);
    byte[] whole = Files.readAllBytes(sealed.partial());
    Files.write(sealed.partial(), Arrays.copyOf(whole, whole.length / 2));
    assertKind(sealed, passphrase, Kind.TRUNCATED);
  }

  @Test
  void a_changed_byte_in_the_middle_is_called_corrupt() throws Exception {
    SealedArchive sealed = server.archive(passphrase);
    byte[] whole = Files.readAllBytes(sealed.partial());
    whole[whole.length / 2] ^= 4;
    Files.write(sealed.partial(), whole);
    assertKind(sealed, passphrase, Kind.CORRUPT);
  }

  @Test
  void another_passphrase_is_told_apart() throws Exception {
    SealedArchive sealed = server.archive(passphrase);
    assertKind(sealed, Passphrase.of("correct house".toCharArray()), Kind.WRONG_PASSPHRASE);
    assertKind(sealed, null, Kind.PASSPHRASE_NEEDED);
  }

  @Test
  void an_entry_that_was_exchanged_is_named() throws Exception {
    SealedArchive sealed = server.archive(null);
    Path out = Files.createDirectories(folder.resolve("out"));
    String b = "volumes/generated_btcpay_datadir/_data/b";
    Shell.run(
        out,
        "tar -xzf \"$1\"; tar -tzf \"$1\" > ../names; echo other > \"$2\";"
            + " tar -cz --no-recursion -T ../names > \"$1\"",
        sealed.partial(),
        b);
    assertThatThrownBy(
            () -> ArchiveVerifier.of(sealed.partial(), null, null).verify(ArchiveProgress.NONE))
        .isInstanceOfSatisfying(
            ArchiveException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ENTRY_DIFFERS))
        .hasMessageContaining(b);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s/\"schema\":1/\"schema\":2/",
        "s/\"facts\":{/\"facts\":{\"x\":null,/",
        "s/\"mode\"/\"made\"/",
        "s/^{/[/"
      })
  void a_manifest_that_is_none_is_named(String change) throws Exception {
    SealedArchive sealed = server.archive(null);
    Path out = Files.createDirectories(folder.resolve("out"));
    Shell.run(
        out,
        "tar -xzf \"$1\"; tar -tzf \"$1\" > ../names; cp lightkeeper.json before;"
            + " sed -i \"$2\" lightkeeper.json; ! cmp -s before lightkeeper.json;"
            + " tar -cz --no-recursion -T ../names > \"$1\"",
        sealed.partial(),
        change);
    assertThatThrownBy(
            () -> ArchiveVerifier.of(sealed.partial(), null, null).verify(ArchiveProgress.NONE))
        .isInstanceOfSatisfying(
            ArchiveException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ENTRY_DIFFERS))
        .hasMessageContaining("lightkeeper.json cannot be read");
  }

  @Test
  void an_archive_that_was_packed_again_is_compared_all_the_same() throws Exception {
    SealedArchive sealed = server.archive(null);
    VerifiedArchive before = verify(sealed, false);
    Shell.run(folder, "gunzip < \"$1\" | gzip > again && mv again \"$1\"", sealed.partial());
    VerifiedArchive after =
        ArchiveVerifier.of(sealed.partial(), null, null).verify(ArchiveProgress.NONE);
    assertThat(after.head()).isEqualTo(before.head());
    assertThat(after.entries()).isEqualTo(before.entries());
  }

  @Test
  void the_manifest_beside_an_encrypted_archive_tells_no_names() throws Exception {
    SealedArchive plain = server.archive(null);
    SealedArchive encrypted = server.archive(passphrase);
    assertThat(Files.readString(plain.describe(Map.of())))
        .contains("generated_btcpay_datadir", plain.file().sha256().hex(), "\"took\":3");
    assertThat(Files.readString(encrypted.describe(Map.of())))
        .doesNotContain("generated_btcpay_datadir")
        .contains(encrypted.file().sha256().hex(), "\"took\":3");
  }

  private VerifiedArchive verify(SealedArchive sealed, boolean encrypted) throws Exception {
    return ArchiveVerifier.of(sealed, encrypted ? passphrase : null).verify(ArchiveProgress.NONE);
  }

  private static void assertKind(SealedArchive sealed, @Nullable Passphrase passphrase, Kind kind) {
    assertThatThrownBy(() -> ArchiveVerifier.of(sealed, passphrase).verify(ArchiveProgress.NONE))
        .isInstanceOfSatisfying(ArchiveException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}

package dev.lightkeeper.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.archive.ArchiveException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives as BTCPay Server's scripts make them: GNU tar, gzip, gpg. */
class ArchiveReaderTest {
  private static final String GPG =
      "gpg --batch --yes --homedir \"$(mktemp -d)\" --pinentry-mode loopback --symmetric"
          + " --passphrase secret -o \"$1\" ";

  @TempDir Path folder;
  private Server server;
  private Path archive;

  @BeforeEach
  void volumes() throws Exception {
    server = new Server(folder);
    server.put("a", "text ".repeat(1000));
    server.put("äöü " + "n".repeat(150), "long and not ASCII");
    server.put(Path.of(URI.create(server.data("").toUri() + "raw%FF")), new byte[] {1});
    server.put(Path.of(URI.create(server.data("").toUri() + "%E9".repeat(120))), new byte[] {1});
    archive = folder.resolve("backup.tar.gz.gpg");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "posix"})
  void every_name_is_read_as_it_is_on_disk(String format) throws Exception {
    // In pax headers GNU tar writes bytes that are not UTF-8 as they are; those nobody can tell.
    String without = format.equals("posix") ? "--exclude=*$'\\xe9'* --exclude=*$'\\xff'*" : "";
    Shell.run(
        server.root, "tar -cz --format=" + format + " " + without + " volumes > \"$1\"", archive);
    List<String> names = new ArrayList<>();
    new ArchiveReader(archive, null)
        .read((entry, _) -> names.add(latin(entry.name())), ArchiveProgress.NONE);
    List<String> there =
        Shell.lines(server.root, "find volumes | LC_ALL=C sort").stream()
            .filter(n -> without.isEmpty() || !(n.contains("\u00e9") || n.contains("\u00ff")))
            .toList();
    assertThat(names).containsExactlyInAnyOrderElementsOf(there).hasSizeGreaterThan(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-z 0",
        "--compress-algo zip",
        "--compress-algo zlib",
        "--compress-algo bzip2",
        "--armor",
        "--cipher-algo AES"
      })
  void what_gpg_encrypts_is_read(String options) throws Exception {
    Shell.run(server.root, "tar -cz volumes | " + GPG + options, archive);
    assertThat(read("secret")).hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-z 0", "--compress-algo zlib", "--compress-algo bzip2"})
  void a_flipped_bit_or_a_cut_in_what_gpg_made_is_found(String options) throws Exception {
    Shell.run(server.root, "head -c 300000 /dev/urandom > volumes/noise", archive);
    // Few rounds for its key: it is derived anew each time.
    Shell.run(server.root, "tar -cz volumes | " + GPG + "--s2k-count 65536 " + options, archive);
    byte[] whole = Files.readAllBytes(archive);
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      byte[] flipped = whole.clone();
      flipped[100 + random.nextInt(whole.length - 100)] ^= (byte) (1 << random.nextInt(8));
      Files.write(archive, flipped);
      assertThatThrownBy(() -> read("secret")).isInstanceOf(ArchiveException.class);
      Files.write(archive, Arrays.copyOf(whole, 100 + random.nextInt(whole.length - 100)));
      assertThatThrownBy(() -> read("secret")).isInstanceOf(ArchiveException.class);
    }
  }

  @Test
  void nothing_reads_on_when_a_visitor_has_given_up() throws Exception {
    Shell.run(server.root, "head -c 30000000 /dev/urandom > volumes/noise", archive);
    Shell.run(server.root, "tar -cz volumes | " + GPG, archive);
    ArchiveReader reader = new ArchiveReader(archive, Passphrase.of("secret".toCharArray()));
    assertThatThrownBy(
            () ->
                reader.read(
                    (_, _) -> {
                      throw new IOException("the disk is full");
                    },
                    ArchiveProgress.NONE))
        .hasMessage("the disk is full");
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("archive-"));
  }

  @Test
  void a_wrong_passphrase_is_told_apart() throws Exception {
    Shell.run(server.root, "tar -cz volumes | " + GPG, archive);
    for (String wrong : List.of("Secret", "secret ", "x", "y", "z")) {
      assertThatThrownBy(() -> read(wrong))
          .isInstanceOfSatisfying(
              ArchiveException.class, e -> assertThat(e.kind()).isEqualTo(Kind.WRONG_PASSPHRASE));
    }
  }

  @Test
  void encryption_without_integrity_protection_is_refused() throws Exception {
    Shell.run(
        server.root,
        "tar -cz volumes | " + GPG + " --rfc2440 --cipher-algo CAST5 --disable-mdc",
        archive);
    assertThatThrownBy(() -> read("secret")).isInstanceOf(ArchiveException.class);
  }

  @Test
  void what_the_visitor_throws_is_not_taken_for_damage() throws Exception {
    Shell.run(server.root, "tar -cz volumes > \"$1\"", archive);
    assertThatThrownBy(
            () ->
                new ArchiveReader(archive, null)
                    .read(
                        (_, _) -> {
                          throw new IOException("the disk is full");
                        },
                        ArchiveProgress.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");
  }

  @Test
  void an_archive_of_the_scripts_has_no_manifest_to_compare() throws Exception {
    Shell.run(server.root, "tar -cz volumes > \"$1\"", archive);
    assertThatThrownBy(() -> ArchiveVerifier.of(archive, null, null).verify(ArchiveProgress.NONE))
        .isInstanceOfSatisfying(
            ArchiveException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_MANIFEST));
  }

  @Test
  void a_file_over_8_gib_has_its_size() throws Exception {
    TarHeader header =
        TarHeader.ofFile(EntryName.of("huge"), 9L << 30, Server.NOW.getEpochSecond());
    ByteBuffer block = ByteBuffer.allocate(512);
    header.putTo(block);
    Files.write(archive, block.array());
    String size = Long.toString(9L << 30);
    assertThat(
            Shell.lines(
                folder,
                "truncate -s $(($2 + 1536)) \"$1\"; tar -tvf \"$1\"; bsdtar -tvf \"$1\"; python3 -c"
                    + " 'import sys, tarfile; print(\"\","
                    + " tarfile.open(sys.argv[1]).getmember(\"huge\").size)' \"$1\"",
                archive,
                size))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).contains(" " + size));
  }

  private List<EntryName> read(String passphrase) throws Exception {
    List<EntryName> names = new ArrayList<>();
    new ArchiveReader(archive, Passphrase.of(passphrase.toCharArray()))
        .read((entry, _) -> names.add(entry.name()), ArchiveProgress.NONE);
    return names;
  }

  private static String latin(EntryName name) {
    return new String(name.bytes(), StandardCharsets.ISO_8859_1);
  }
}

package dev.lightkeeper.archive;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others read out of our archives, and that it is what their tar would hold. */
@EnabledIfSystemProperty(named = "user.name", matches = "root")
class InterchangeTest {
  @TempDir Path folder;
  private Server server;

  @BeforeEach
  void volumesWithAllThereIs() throws Exception {
    server = new Server(folder);
    server.put("empty", "");
    server.put("settings.config", "postgres=…\n");
    byte[] large = new byte[3_500_001];
    new Random(1).nextBytes(large);
    server.put(server.data("large"), large);
    server.put(server.data("half"), new byte[700_000]);
    Server.touch(server.data("settings.config"), "2024-02-03T04:05:06.123456789Z");
    Server.touch(server.data("empty"), "1965-02-03T04:05:06.5Z");
    Server.touch(server.data("large"), "2400-01-01T00:00:00Z");
    Path odd = server.data("odd");
    server.put("odd/" + "n".repeat(99), "99");
    server.put("odd/" + "n".repeat(100) + "/" + "m".repeat(255), "long");
    server.put("odd/Zahlungsbelege ä€😀 \n x", "unicode");
    Path raw = Path.of(URI.create(odd.toUri() + "raw%FF%C3%28"));
    server.put(raw, new byte[] {1});
    Path rawLong = Path.of(URI.create(odd.toUri() + "%FE".repeat(180)));
    server.put(rawLong, new byte[] {2});
    Files.createSymbolicLink(odd.resolve("to-raw"), raw.getFileName());
    Files.createSymbolicLink(odd.resolve("to-long"), Path.of("/" + "l".repeat(250)));
    Files.createLink(odd.resolve("z-linked"), odd.resolve("n".repeat(99)));
    Files.createLink(odd.resolve("a-linked"), odd.resolve("n".repeat(99)));
    Shell.run(
        server.data(""),
        """
        mkfifo odd/pipe; chmod 640 odd/pipe; mknod odd/null c 1 3; mknod odd/disk b 259 70000
        truncate -s 5M odd/sparse; printf x | dd of=odd/sparse bs=1 seek=3000000 conv=notrunc status=none
        chown 1000:4000000 settings.config; chown 3000000000:1 empty; chmod 4755 settings.config
        chmod 1777 odd; mkdir empty-folder; chmod 0 empty-folder
        touch -d 2020-01-02T03:04:05.000000007Z empty-folder odd
        """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tar --numeric-owner -xpzf \"$1\" -C \"$2\"",
        "bsdtar --numeric-owner -xpf \"$1\" -C \"$2\"",
        "python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2],"
            + " numeric_owner=True)' \"$1\" \"$2\""
      })
  void extracted_by_others_all_is_as_it_was(String extract) throws Exception {
    SealedArchive sealed = server.archive(null);
    Path out = Files.createDirectories(folder.resolve("out"));
    Shell.run(folder, extract, sealed.partial(), out);
    // Python's extractall sets times as floating point numbers, to less than a microsecond.
    Object[] rounded =
        extract.startsWith("python3") ? new Object[] {"without times"} : new Object[0];
    assertThat(tree(out.resolve("volumes"), rounded)).isEqualTo(tree(server.volumes, rounded));
    assertThat(out.resolve("btcpay-backup-mode")).hasContent("backup");
    assertThat(Shell.lines(out, "zcat postgres.sql.gz")).containsExactly("CREATE ROLE postgres;");
  }

  @Test
  void its_entries_are_those_of_gnu_tar_in_the_same_order() throws Exception {
    SealedArchive sealed = server.archive(null);
    List<String> ours =
        Shell.lines(folder, "tar -tvzf \"$1\" --numeric-owner --full-time", sealed.partial());
    List<String> theirs =
        Shell.lines(
            server.root,
            "tar -c --format=posix --sort=name --numeric-owner volumes/generated_* | tar -tv"
                + " --numeric-owner --full-time");
    assertThat(ours).containsSubsequence(theirs).hasSize(theirs.size() + 3);
    assertThat(ours.getLast()).endsWith("lightkeeper.json");
  }

  @Test
  void every_reader_lists_every_entry() throws Exception {
    SealedArchive sealed = server.archive(null);
    int entries = (int) sealed.entries();
    assertThat(Shell.lines(folder, "tar --quoting-style=c -tzf \"$1\"", sealed.partial()))
        .hasSize(entries);
    assertThat(Shell.lines(folder, "bsdtar -tf \"$1\"", sealed.partial())).hasSize(entries);
    assertThat(
            Shell.lines(
                folder,
                "python3 -c 'import sys, tarfile;"
                    + " print(len(tarfile.open(sys.argv[1]).getnames()))' \"$1\"",
                sealed.partial()))
        .containsExactly(Integer.toString(entries));
  }

  @Test
  void gpg_decrypts_it() throws Exception {
    SealedArchive sealed = server.archive(Passphrase.of("grün → 密".toCharArray()));
    List<String> names =
        Shell.lines(
            folder,
            "printf 'grün → 密' | gpg --batch --homedir \"$(mktemp -d)\" --passphrase-fd 0"
                + " --decrypt \"$1\" 2>/dev/null | tar -tz --quoting-style=c",
            sealed.partial());
    assertThat(names).hasSize((int) sealed.entries()).contains("\"btcpay-backup-mode\"");
  }

  @Test
  void a_socket_is_noted_and_left_out() throws Exception {
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        ArchiveDraft draft = server.draft()) {
      socket.bind(UnixDomainSocketAddress.of(server.data("socket")));
      PassReport report = draft.finalPass(ArchiveProgress.NONE);
      assertThat(report.sockets())
          .containsExactly(EntryName.of("volumes/generated_btcpay_datadir/_data/socket"));
    }
  }

  @Test
  void our_reader_gives_the_same_names_as_the_disk_has() throws Exception {
    SealedArchive sealed = server.archive(null);
    Path out = Files.createDirectories(folder.resolve("out"));
    new ArchiveReader(sealed.partial(), null)
        .read(
            (entry, content) -> {
              Path target = entry.name().below(out);
              Files.createDirectories(target.getParent());
              switch (entry.type()) {
                case DIRECTORY -> Files.createDirectories(target);
                case FILE -> Files.write(target, content.readAllBytes());
                case HARD_LINK -> Files.createLink(target, requireNonNull(entry.link()).below(out));
                default -> Files.createFile(target);
              }
            },
            ArchiveProgress.NONE);
    String names = "find . -print0 | sort -z | tr '\\0\\n' '\\n?'";
    assertThat(Shell.lines(out.resolve("volumes"), names))
        .isEqualTo(Shell.lines(server.volumes, names));
    assertThat(Shell.lines(folder, "cmp \"$1\" \"$2\"", server.data("large"), outOf(out, "large")))
        .isEmpty();
  }

  private static Path outOf(Path out, String name) {
    return out.resolve("volumes/generated_btcpay_datadir/_data").resolve(name);
  }

  private List<String> tree(Path root, Object... more) throws Exception {
    Path script = folder.resolve("tree.py");
    Files.writeString(script, Shell.TREE);
    return more.length == 0
        ? Shell.lines(folder, "python3 \"$1\" \"$2\"", script, root)
        : Shell.lines(folder, "python3 \"$1\" \"$2\" \"$3\"", script, root, more[0]);
  }
}

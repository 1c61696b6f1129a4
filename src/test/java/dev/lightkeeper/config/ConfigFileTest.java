package dev.lightkeeper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  private static final String NODE =
      """
      [nodes.alice]
      kind = "lnd"
      file = "/lnd/channel.backup"
      """;
  private static final String REMOTE =
      """
      [remotes.disk]
      url = "file:///mnt/disk"
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state = \"/srv/state\"   # here\n[remotes.disk]\nurl = 5\n",
        "stat = 1\n  state='/srv/state'\n[nodes",
        "state = \"/srv/state\"\nremotes = = 1\nstate = \"/later\"\n"
      })
  void the_state_folder_of_a_file_with_mistakes_is_known(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("lightkeeper.toml"), text);

    assertThat(ConfigFile.state(file, Map.of())).isEqualTo(Path.of("/srv/state"));
    assertThat(ConfigFile.state(file, Map.of("LIGHTKEEPER_STATE", "/other")))
        .isEqualTo(Path.of("/other"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[nodes.alice]\nstate = \"/srv/state\"\n", "state = \"relative\"\n"})
  void the_state_folder_of_a_file_that_names_none_is_the_usual_one(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("lightkeeper.toml"), text);

    assertThat(ConfigFile.state(file, Map.of())).isEqualTo(Path.of("/var/lib/lightkeeper"));
    assertThat(ConfigFile.state(folder.resolve("none.toml"), Map.of()))
        .isEqualTo(Path.of("/var/lib/lightkeeper"));
  }

  @Test
  void a_full_file_is_read() throws Exception {
    Config config =
        read(
            """
            state = "/srv/state"

            [nodes.alice]   # a comment
            kind = "lnd"
            file = "/lnd/channel.backup"
            [nodes.cln-bitcoin]
            kind = "cln"
            file = "/cln/emergency.recover"

            [remotes.offsite]
            url = "sftp://keeper@backup.example.com:2222/srv/keeper"
            key = "/etc/lightkeeper/id_ed25519"
            known_hosts = "/etc/lightkeeper/known_hosts"
            proxy = "socks5://127.0.0.1:9050"
            [remotes.disk]
            url = "file:///mnt/disk"

            [watch]
            poll = 2
            flush = "1500ms"
            spool_limit = "64MiB"
            behind = "3m"
            """);

    assertThat(config.state()).isEqualTo(Path.of("/srv/state"));
    assertThat(config.nodes())
        .containsExactly(
            new Config.NodeSection("alice", "lnd", Path.of("/lnd/channel.backup")),
            new Config.NodeSection("cln-bitcoin", "cln", Path.of("/cln/emergency.recover")));
    assertThat(config.remotes())
        .containsExactly(
            new Config.RemoteSection(
                "offsite",
                URI.create("sftp://keeper@backup.example.com:2222/srv/keeper"),
                Path.of("/etc/lightkeeper/id_ed25519"),
                Path.of("/etc/lightkeeper/known_hosts"),
                URI.create("socks5://127.0.0.1:9050")),
            new Config.RemoteSection("disk", URI.create("file:///mnt/disk"), null, null, null));
    assertThat(config.watch())
        .isEqualTo(
            new Config.WatchSection(
                Duration.ofSeconds(2), Duration.ofMillis(1500), 64 << 20, Duration.ofMinutes(3)));
  }

  @Test
  void where_a_nodes_backup_key_is_can_be_said() throws Exception {
    Config config = read(NODE + "backup_key = \"/srv/alice.key\"\n" + REMOTE);

    assertThat(config.nodes().getFirst().backupKey()).isEqualTo(Path.of("/srv/alice.key"));
  }

  @Test
  void a_file_of_no_known_kind_has_no_backup_key() throws Exception {
    List<Problem> problems =
        problems(
            """
            [nodes.alice]
            kind = "file"
            file = "/srv/some.file"
            backup_key = "/srv/alice.key"
            """
                + REMOTE);

    assertThat(problems)
        .extracting(Problem::line, Problem::key, Problem::message)
        .containsExactly(row(4, "nodes.alice.backup_key", "has no meaning for kind = \"file\""));
  }

  @Test
  void what_is_left_out_has_its_default() throws Exception {
    Config config = read(NODE + REMOTE);

    assertThat(config.state()).isEqualTo(Path.of("/var/lib/lightkeeper"));
    assertThat(config.watch()).isEqualTo(Config.WatchSection.DEFAULT);
  }

  @Test
  void the_status_page_is_on_loopback_unless_it_is_off_or_elsewhere() throws Exception {
    SocketAddress loopback = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9740);
    assertThat(read(NODE + REMOTE).status())
        .isEqualTo(new Config.StatusSection(List.of(loopback), Set.of(), false));
    assertThat(status("").listen()).containsExactly(loopback);
    assertThat(status("listen = \"off\"").listen()).isEmpty();
    assertThat(status("listen = []").listen()).isEmpty();
    assertThat(
            status(
                "listen = [\"[::1]:80\", \"localhost:0\", \"unix:/run/lightkeeper/status.sock\"]"))
        .isEqualTo(
            new Config.StatusSection(
                List.of(
                    new InetSocketAddress(InetAddress.ofLiteral("::1"), 80),
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                    UnixDomainSocketAddress.of("/run/lightkeeper/status.sock")),
                Set.of(),
                true));
    assertThat(status("hosts = \"Node.Example.com\"").hosts()).containsExactly("node.example.com");
  }

  @Test
  void the_status_page_is_open_to_others_only_if_that_is_said() throws Exception {
    String others = "listen = \"0.0.0.0:9740\"\n";

    assertThat(problems(NODE + REMOTE + "[status]\n" + others))
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.message()).isEqualTo("can be reached from other machines: 0.0.0.0:9740");
              assertThat(p.remedy()).contains("allow_remote = true");
            });
    assertThat(status(others + "allow_remote = true").listen())
        .containsExactly(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 9740));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9740",
        "localhost",
        ":9740",
        "node.example.com:9740",
        "127.0.0.1:99999",
        "::1:9740",
        "http://127.0.0.1:9740",
        "unix:status.sock",
        "127.0.0.1:-1",
        "[::1",
        "off "
      })
  void what_cannot_be_listened_on_gets_an_example(String listen) throws Exception {
    assertThat(problems(NODE + REMOTE + "[status]\nlisten = \"%s\"\n".formatted(listen)))
        .singleElement()
        .satisfies(p -> assertThat(p.remedy()).contains("127.0.0.1:9740", "off"));
  }

  @Test
  void problems_of_the_status_page_are_told_all_at_once() throws Exception {
    assertThat(
            problems(
                NODE
                    + REMOTE
                    + """
                    [status]
                    listen = ["127.0.0.1:1", "127.0.0.1:1", "unix:/%s"]
                    hosts = ["http://x"]
                    allow_remote = "yes"
                    lisen = 1
                    """
                        .formatted("x".repeat(107))))
        .extracting(Problem::key, Problem::message)
        .containsExactlyInAnyOrder(
            tuple("status.listen", "names an address twice: 127.0.0.1:1"),
            tuple("status.listen", "is too long for a socket: /" + "x".repeat(107)),
            tuple("status.hosts", "is not a host's name: http://x"),
            tuple("status.allow_remote", "must be true or false, not a text"),
            tuple("status.lisen", "is not known"));
  }

  private Config.StatusSection status(String lines) throws Exception {
    return read(NODE + REMOTE + "[status]\n" + lines + "\n").status();
  }

  @Test
  void the_environment_overrides_the_state_folder() throws Exception {
    Path file = write("state = \"/srv/state\"\n" + NODE + REMOTE);

    Config config = ConfigFile.read(file, Map.of("LIGHTKEEPER_STATE", "/elsewhere"));

    assertThat(config.state()).isEqualTo(Path.of("/elsewhere"));
  }

  @Test
  void all_problems_are_told_at_once_each_with_its_line() throws Exception {
    List<Problem> problems =
        problems(
            """
            stat = "/srv/state"
            [nodes."a b"]
            kind = "lnd"
            file = "channel.backup"
            [nodes.bob]
            kind = "eclair"
            [remotes.offsite]
            url = 5
            [watch]
            poll = "soon"
            spool_limit = 12
            pol = 1
            """);

    assertThat(problems)
        .extracting(Problem::line, Problem::key, Problem::message)
        .containsExactly(
            row(1, "stat", "is not known"),
            row(2, "nodes.a b", "is not a name that can be used"),
            row(4, "nodes.a b.file", "is not an absolute path: channel.backup"),
            row(5, "nodes.bob.file", "is missing"),
            row(6, "nodes.bob.kind", "is not a known kind: eclair"),
            row(8, "remotes.offsite.url", "must be a text in quotes, not a number"),
            row(10, "watch.poll", "is not a duration"),
            row(11, "watch.spool_limit", "is less than 1048576 bytes"),
            row(12, "watch.pol", "is not known"));
    assertThat(problems).allSatisfy(p -> assertThat(p.remedy()).isNotBlank());
  }

  @Test
  void a_mistyped_key_gets_the_word_that_was_meant() throws Exception {
    assertThat(problems(NODE + REMOTE + "\n[watch]\npool = 3\n"))
        .singleElement()
        .returns("Write poll, if that is meant", Problem::remedy);
  }

  @Test
  void an_empty_file_is_told_what_to_add() throws Exception {
    assertThat(problems(""))
        .extracting(Problem::message)
        .containsExactly("names no node to watch", "names no remote to send to");
  }

  @Test
  void a_missing_file_names_init() {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.load(folder.resolve("none.toml")));

    assertThat(e).hasMessageContaining("none.toml").hasMessageContaining("lightkeeper init");
  }

  @Test
  void a_folder_in_its_place_is_called_one() {
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> ConfigFile.load(folder));

    assertThat(e).hasMessageContaining(folder + ": is a folder").hasMessageNotContaining("java.");
  }

  @Test
  void bad_toml_is_told_with_line_and_column() throws Exception {
    assertThat(problems(NODE + "url = \n"))
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.line()).isEqualTo(4);
              assertThat(p.message()).contains("column 7");
            });
  }

  @Test
  void a_key_written_twice_is_bad_toml() throws Exception {
    assertThat(problems("state = \"/a\"\nstate = \"/b\"\n"))
        .singleElement()
        .satisfies(p -> assertThat(p.message()).contains("Duplicate key"));
  }

  @Test
  void two_nodes_cannot_have_one_file() throws Exception {
    assertThat(
            problems(
                NODE + REMOTE + "[nodes.bob]\nkind = \"lnd\"\nfile = \"/lnd/x/../channel.backup\""))
        .singleElement()
        .returns("is the file of nodes.alice too", Problem::message)
        .returns(8, Problem::line);
  }

  @Test
  void a_remote_behind_ssh_needs_key_and_known_hosts() throws Exception {
    assertThat(problems(NODE + "[remotes.r]\nurl = \"sftp://u@h/p\"\n"))
        .extracting(Problem::key)
        .containsExactly("remotes.r.key", "remotes.r.known_hosts");
  }

  @ParameterizedTest
  @CsvSource({
    "sftp://u:hunter2@h/p, holds a password",
    "sftp://u:hunter2@under_score/p, holds a password",
    "sftp://u:hunt er2@h/p, is not an address: Illegal character in authority",
    "sftp://h/p, has no user name before an @",
    "sftp://u@h, has no folder after the host",
    "sftp://u@h:70000/p, has a port that is not between 1 and 65535",
    "sftp:///p, has no user name before an @",
    "ftp://u@h/p, is neither an sftp:// nor a file:/// address",
    "/mnt/disk, is neither an sftp:// nor a file:/// address",
    "file://mnt/disk, must have three slashes after file:",
    "sftp://u@h/p?x=hunter2, has a ? or # part",
  })
  void a_bad_address_is_refused_without_repeating_it(String url, String message) throws Exception {
    List<Problem> problems =
        problems(
            NODE + "[remotes.r]\nurl = \"%s\"\nkey = \"/k\"\nknown_hosts = \"/h\"".formatted(url));

    assertThat(problems).extracting(Problem::message).containsExactly(message);
    assertThat(problems.getFirst().text()).doesNotContain("hunt");
  }

  @ParameterizedTest
  @CsvSource({"http://h:1", "socks5://h", "socks5://u:p@h:1", "nonsense"})
  void a_bad_proxy_is_refused(String proxy) throws Exception {
    assertThat(
            problems(
                NODE
                    + "[remotes.r]\nurl=\"sftp://u@h/p\"\nkey=\"/k\"\nknown_hosts=\"/h\"\nproxy=\"%s\""
                        .formatted(proxy)))
        .extracting(Problem::key)
        .containsExactly("remotes.r.proxy");
  }

  @Test
  void a_full_backup_section_is_read() throws Exception {
    assertThat(
            read(NODE
                    + REMOTE
                    + """
                    [backup]
                    quiesce = "pause"
                    passphrase_file = "/etc/lightkeeper/passphrase"
                    remotes = ["disk"]
                    keep = { last = 1, daily = 2, weekly = 3 }
                    folder = "/srv/backups"
                    rate_limit = "2 MiB/s"
                    environment = "/etc/btcpay.sh"
                    """)
                .backup())
        .isEqualTo(
            new Config.BackupSection(
                "pause",
                Path.of("/etc/lightkeeper/passphrase"),
                List.of("disk"),
                new Config.Keep(1, 2, 3, 0),
                Path.of("/srv/backups"),
                2L << 20,
                Path.of("/etc/btcpay.sh")));
  }

  @Test
  void an_empty_backup_section_ships_to_every_remote_and_keeps_a_year() throws Exception {
    assertThat(read(NODE + REMOTE + "[backup]\n").backup())
        .isEqualTo(
            new Config.BackupSection(
                "stop",
                null,
                List.of("disk"),
                new Config.Keep(3, 7, 4, 12),
                null,
                null,
                Path.of("/etc/profile.d/btcpay-env.sh")));
  }

  @Test
  void without_a_backup_section_there_is_none() throws Exception {
    assertThat(read(NODE + REMOTE).backup()).isNull();
  }

  @Test
  void a_backup_needs_no_node() throws Exception {
    assertThat(read(REMOTE + "[backup]\n").nodes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quiesce = \"freeze\" | backup.quiesce | is not a known way: freeze",
        "passphrase_file = \"secret\" | backup.passphrase_file | is not an absolute path: secret",
        "remotes = [\"disc\"] | backup.remotes | names no remote that is configured: disc",
        "remotes = [\"disk\", \"disk\"] | backup.remotes | names a remote twice: disk",
        "remotes = \"disk\" | backup.remotes | must be a list of texts in quotes",
        "remotes = [1] | backup.remotes | must be a list of texts in quotes",
        "keep = 3 | backup.keep | must be a table",
        "keep = { last = 0 } | backup.keep | keeps no archive at all",
        "keep = { last = -1, daily = 1 } | backup.keep.last | is not a whole number from 0 to"
            + " 10000",
        "keep = { last = 1, yearly = 1 } | backup.keep.yearly | is not known",
        "rate_limit = \"fast\" | backup.rate_limit | is not a rate",
        "rate_limit = \"2 MiB\" | backup.rate_limit | is not a rate",
        "rate_limit = \"1 B/s\" | backup.rate_limit | is less than 16384 bytes a second",
        "rate_limit = 5 | backup.rate_limit | must be a text in quotes, not a number",
        "folder = \"backups\" | backup.folder | is not an absolute path: backups",
        "retention = 5 | backup.retention | is not known",
      })
  void a_bad_backup_setting_is_told_with_its_line(String line, String key, String message)
      throws Exception {
    assertThat(problems(NODE + REMOTE + "[backup]\n" + line + "\n"))
        .singleElement()
        .returns(7, Problem::line)
        .returns(key, Problem::key)
        .returns(message, Problem::message)
        .satisfies(p -> assertThat(p.remedy()).isNotBlank());
  }

  @Test
  void an_inline_table_is_found_at_the_line_it_stands_in() throws Exception {
    assertThat(problems(REMOTE + "[nodes]\nalice = { kind = \"lnd\", file = \"x\" }\n"))
        .singleElement()
        .returns(4, Problem::line);
  }

  private static org.assertj.core.groups.Tuple row(int line, String key, String message) {
    return org.assertj.core.groups.Tuple.tuple(line, key, message);
  }

  private Config read(String text) throws IOException, ConfigException {
    return ConfigFile.read(write(text), Map.of());
  }

  private List<Problem> problems(String text) throws IOException {
    Path file = write(text);
    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file, Map.of()));
    assertThat(e).as("the file is refused").isNotNull();
    return e.problems();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("lightkeeper.toml"), text);
  }
}

package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.remote.sftp.HostKeyScan;
import dev.lightkeeper.testing.RealSshd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Against a real OpenSSH server and real ssh-keygen. */
class InitCommandTest {
  @TempDir Path temp;
  private RealSshd sshd;
  private Path host;
  private Path config;
  private String fingerprint;
  private String url;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void startServer() throws Exception {
    sshd = RealSshd.start(temp.resolve("sshd"));
    fingerprint = HostKeyScan.fetch("127.0.0.1", sshd.port(), null).fingerprint();
    url = "sftp://keeper@127.0.0.1:%d/backups".formatted(sshd.port());
    config = temp.resolve("etc/lightkeeper.toml");
    host = temp.resolve("host");
    Path lnd = host.resolve("root/.lnd/data/chain/bitcoin/mainnet");
    Files.createDirectories(lnd);
    Files.writeString(lnd.resolve("channel.backup"), "x");
  }

  @AfterEach
  void stopServer() {
    sshd.close();
  }

  @Test
  void a_yes_to_the_fingerprint_sets_everything_up() throws Exception {
    int exit = init("y\n", "--remote", url);

    assertThat(exit).as(err.toString()).isZero();
    assertThat(err.toString()).contains(fingerprint);
    Config written = ConfigFile.read(config, Map.of());
    assertThat(written.nodes())
        .containsExactly(
            new Config.NodeSection(
                "lnd-mainnet",
                "lnd",
                host.resolve("root/.lnd/data/chain/bitcoin/mainnet/channel.backup")));
    assertThat(written.remotes())
        .singleElement()
        .returns("offsite", Config.RemoteSection::name)
        .returns(url, r -> r.url().toString());
    for (String file : List.of("lightkeeper.toml", "id_ed25519", "known_hosts")) {
      assertThat(mode(config.resolveSibling(file))).as(file).isEqualTo("rw-------");
    }
  }

  @Test
  void what_is_pinned_is_what_ssh_itself_trusts() throws Exception {
    init("y\n", "--remote", url);

    String found =
        run(
            "ssh-keygen",
            "-F",
            "[127.0.0.1]:" + sshd.port(),
            "-l",
            "-f",
            config.resolveSibling("known_hosts").toString());

    assertThat(found).contains(fingerprint);
  }

  @Test
  void once_the_key_is_let_in_it_is_tried_and_ends_in_the_line_that_starts_it() throws Exception {
    String own =
        "sftp://%s@127.0.0.1:%d%s".formatted(sshd.target().user(), sshd.port(), sshd.root());

    int exit = init("y\n\n", "--remote", own, "--key", sshd.clientKey().toString());

    assertThat(exit).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("ok      remote offsite")
        .contains("All is well")
        .endsWith("sudo systemctl enable --now lightkeeper\n");
  }

  @Test
  void a_key_that_is_not_let_in_yet_can_be_tried_again_or_later() {
    int exit = init("y\n\ns\n", "--remote", url);

    assertThat(exit).isZero();
    assertThat(out.toString())
        .contains("FAILED")
        .doesNotContain("All is well")
        .contains("Next: lightkeeper check")
        .endsWith("sudo systemctl enable --now lightkeeper\n");
  }

  @Test
  void what_a_folder_of_this_host_needs_is_said() {
    init("", "--remote", "file:///mnt/disk");

    assertThat(out.toString())
        .contains("install -d -o lightkeeper -g lightkeeper -m 700 /mnt/disk")
        .contains("ReadWritePaths=-/mnt/disk");
  }

  @Test
  void the_remote_is_asked_for_where_none_is_given() throws Exception {
    assertThat(init(url + "\ny\n")).isZero();
    assertThat(ConfigFile.read(config, Map.of()).remotes()).hasSize(1);
  }

  @Test
  void without_a_yes_nothing_is_written() {
    assertThat(init("n\n", "--remote", url)).isEqualTo(13);
    assertThat(config.getParent()).doesNotExist();
    assertThat(err.toString()).contains("--accept-host-key " + fingerprint);
  }

  @Test
  void where_nobody_answers_nothing_is_written() {
    assertThat(init("", "--remote", url)).isEqualTo(13);
    assertThat(config.getParent()).doesNotExist();
  }

  @Test
  void the_option_yes_is_no_yes_to_a_host_key() {
    assertThat(init("y\n", "--yes", "--remote", url)).isEqualTo(13);
    assertThat(config.getParent()).doesNotExist();
  }

  @Test
  void an_accepted_fingerprint_needs_no_answer() {
    assertThat(init("", "--yes", "--remote", url, "--accept-host-key", fingerprint)).isZero();
    assertThat(config).exists();
  }

  @Test
  void another_fingerprint_than_the_accepted_is_refused_and_both_are_shown() {
    String other = "SHA256:" + "A".repeat(43);

    assertThat(init("y\n", "--remote", url, "--accept-host-key", other)).isEqualTo(13);
    assertThat(err.toString()).contains(fingerprint).contains(other);
    assertThat(config.getParent()).doesNotExist();
  }

  @Test
  void an_existing_configuration_is_left_alone() throws IOException {
    Files.createDirectories(config.getParent());
    Files.writeString(config, "mine");

    assertThat(init("y\n", "--remote", url)).isEqualTo(14);
    assertThat(config).hasContent("mine");
    assertThat(config.resolveSibling("id_ed25519")).doesNotExist();
  }

  @Test
  void a_key_pinned_before_is_not_replaced_by_another() throws IOException {
    Files.createDirectories(config.getParent());
    Path pinned = config.resolveSibling("known_hosts");
    String old = "[127.0.0.1]:%d ssh-ed25519 AAAAold\n".formatted(sshd.port());
    Files.writeString(pinned, old);

    assertThat(init("y\n", "--remote", url)).isEqualTo(13);
    assertThat(Files.readString(pinned)).isEqualTo(old);
    assertThat(config).doesNotExist();
  }

  @Test
  void a_server_that_does_not_answer_is_unreachable() {
    sshd.stop();

    assertThat(init("y\n", "--remote", url)).isEqualTo(15);
    assertThat(config.getParent()).doesNotExist();
  }

  @Test
  void a_directory_needs_no_key() throws Exception {
    assertThat(init("", "--remote", "file:///mnt/disk")).isZero();
    assertThat(config.resolveSibling("id_ed25519")).doesNotExist();
    assertThat(ConfigFile.read(config, Map.of()).remotes())
        .containsExactly(
            new Config.RemoteSection(
                "disk", java.net.URI.create("file:///mnt/disk"), null, null, null));
  }

  @Test
  void a_given_node_replaces_the_one_found_under_its_name() throws Exception {
    init(
        "",
        "--remote",
        "file:///mnt/disk",
        "--node",
        "lnd-mainnet=lnd:/elsewhere/channel.backup",
        "--node",
        "bob.2=cln:/cln/emergency.recover");

    assertThat(ConfigFile.read(config, Map.of()).nodes())
        .containsExactly(
            new Config.NodeSection("lnd-mainnet", "lnd", Path.of("/elsewhere/channel.backup")),
            new Config.NodeSection("bob.2", "cln", Path.of("/cln/emergency.recover")));
  }

  @Test
  void without_any_node_it_is_told_how_to_name_one() {
    assertThat(init("", "--remote", "file:///mnt/disk", "--no-discover")).isEqualTo(10);
    assertThat(err.toString()).contains("--node NAME=lnd:");
  }

  @Test
  void a_password_in_the_address_is_refused_and_not_repeated() {
    assertThat(init("", "--remote", "sftp://u:hunter2@h/p")).isEqualTo(2);
    assertThat(err.toString()).contains("password").doesNotContain("hunter2");
  }

  @Test
  void the_printed_line_lets_the_key_in_and_nothing_more() {
    init("y\n", "--remote", url);

    assertThat(out.toString()).contains("restrict ssh-ed25519 AAAA");
  }

  private int init(String answers, String... arguments) {
    List<String> all = new ArrayList<>(List.of("init", "--config", config.toString()));
    all.addAll(List.of(arguments));
    var in = new ByteArrayInputStream(answers.getBytes(StandardCharsets.UTF_8));
    CommandLine program = Main.commandLine();
    program.getCommandSpec().removeSubcommand("init");
    program.addSubcommand("init", new InitCommand(in, host));
    return program
        .setExecutionExceptionHandler(program.getExecutionExceptionHandler())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}

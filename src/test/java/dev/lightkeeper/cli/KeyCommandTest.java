package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.scb.ScbFixtures;
import dev.lightkeeper.testing.SealedLnd;
import dev.lightkeeper.testing.StandInLndRest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against a real HTTPS server with a certificate of its own, and a script in lightning-cli's place.
 */
class KeyCommandTest {
  private static final String LND_KEY = HexFormat.of().formatHex(SealedLnd.key());
  private static final String MACAROON = "0201036c6e64";

  @TempDir Path folder;
  private StandInLndRest lnd;

  @BeforeEach
  void start() throws Exception {
    lnd = StandInLndRest.start(folder.resolve("tls"), SealedLnd.PUBLIC_KEY, MACAROON);
    Path data = Files.createDirectories(folder.resolve("lnd/data/chain/bitcoin/regtest"));
    Files.write(data.resolve("channel.backup"), SealedLnd.channels(1, 2));
    Files.copy(lnd.certificate(), folder.resolve("lnd/tls.cert"));
    Path cln = Files.createDirectories(folder.resolve("cln/regtest"));
    Files.write(cln.resolve("emergency.recover"), ScbFixtures.cln("005.emergency.recover"));
    Files.writeString(
        config(),
        """
        state = "%1$s/state"
        [nodes.alice]
        kind = "lnd"
        file = "%1$s/lnd/data/chain/bitcoin/regtest/channel.backup"
        [nodes.bob]
        kind = "cln"
        file = "%1$s/cln/regtest/emergency.recover"
        [remotes.disk]
        url = "file://%1$s/disk"
        """
            .formatted(folder));
  }

  @AfterEach
  void stop() {
    lnd.close();
  }

  @Test
  void lnd_is_asked_for_one_public_key_and_the_key_is_kept_for_its_owner_alone() throws Exception {
    CommandRun run = fromLnd();

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("it opens", "2 channels");
    assertThat(lnd.asked()).containsExactly("{\"key_family\":7,\"key_index\":0}");
    assertThat(kept("alice")).hasContent(LND_KEY);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept("alice"))))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("keys"))))
        .isEqualTo("rwx------");
    assertThat(run.out() + run.err()).doesNotContain(LND_KEY).doesNotContain(MACAROON);
  }

  @Test
  void a_kept_key_is_the_one_that_channels_and_check_use() throws Exception {
    fromLnd();

    assertThat(run("check").out()).contains("opens with its key: 2 channels");
  }

  @Test
  void a_macaroon_is_taken_from_standard_input_as_lncli_prints_it() throws Exception {
    CommandRun run =
        withInput(MACAROON + "\n", "key", "alice", "--rest", lnd.address(), "--macaroon", "-");

    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void a_server_with_another_certificate_is_not_given_the_macaroon() throws Exception {
    try (StandInLndRest other =
        StandInLndRest.start(folder.resolve("other"), SealedLnd.PUBLIC_KEY, MACAROON)) {
      CommandRun run =
          run("key", "alice", "--rest", other.address(), "--macaroon", macaroon().toString());

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("another certificate than the one in tls.cert");
      assertThat(other.asked()).isEmpty();
    }
  }

  @Test
  void a_macaroon_that_lnd_refuses_is_said_in_lnds_words() throws Exception {
    Path wrong = Files.writeString(folder.resolve("wrong.macaroon"), "00ff");

    CommandRun run = run("key", "alice", "--rest", lnd.address(), "--macaroon", wrong.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("permission denied", "lncli bakemacaroon address:read");
    assertThat(kept("alice")).doesNotExist();
  }

  @Test
  void without_a_macaroon_the_command_that_bakes_one_is_printed() {
    CommandRun run = run("key", "alice");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("lncli bakemacaroon address:read | lightkeeper key alice");
  }

  @Test
  void lnd_that_does_not_run_is_said() throws Exception {
    lnd.close();

    CommandRun run = fromLnd();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("LND does not answer at", "--rest");
  }

  @Test
  void a_macaroon_is_never_sent_in_the_clear_to_another_host() throws Exception {
    CommandRun run =
        run("key", "alice", "--rest", "http://8.8.8.8:8080", "--macaroon", macaroon().toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("not encrypted and not on this host");
  }

  @Test
  void core_lightning_is_asked_through_lightning_cli_for_its_own_folder_and_network()
      throws Exception {
    Path script =
        script("echo \"$@\" > \"$(dirname \"$0\")/asked\"; cat \"$(dirname \"$0\")/answer\"");
    Files.write(folder.resolve("answer"), ScbFixtures.cln("scb-secret.json"));

    CommandRun run = run("key", "bob", "--lightning-cli", script.toString());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("2 channels");
    assertThat(folder.resolve("asked"))
        .content()
        .contains("--lightning-dir=" + folder.resolve("cln"))
        .contains("--network=regtest makesecret string=scb secret");
    assertThat(kept("bob")).content().matches("[0-9a-f]{64}\n");
  }

  @Test
  void core_lightning_that_does_not_run_is_said_in_its_words() throws Exception {
    Path script = script("echo 'Connecting to lightning-rpc: No such file' >&2; exit 2");

    CommandRun run = run("key", "bob", "--lightning-cli", script.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("Connecting to lightning-rpc", "ended with 2");
  }

  @Test
  void no_lightning_cli_on_this_host_is_said() {
    CommandRun run = run("key", "bob", "--lightning-cli", "/nonexistent/lightning-cli");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("--lightning-cli", "--from");
  }

  @Test
  void a_key_is_taken_from_a_file_raw_hexadecimal_or_as_lnds_public_key() throws Exception {
    Path raw = Files.write(folder.resolve("raw"), SealedLnd.key());
    Path publicKey = Files.writeString(folder.resolve("public"), SealedLnd.PUBLIC_KEY);

    assertThat(run("key", "alice", "--from", raw.toString()).code()).isZero();
    assertThat(kept("alice")).hasContent(LND_KEY);
    Files.delete(kept("alice"));
    assertThat(run("key", "alice", "--from", publicKey.toString()).code()).isZero();
    assertThat(kept("alice")).hasContent(LND_KEY);
    Files.delete(kept("alice"));
    assertThat(withInput(LND_KEY, "key", "alice", "--from", "-").code()).isZero();
    assertThat(kept("alice")).hasContent(LND_KEY);
  }

  @Test
  void a_key_that_does_not_open_the_nodes_file_is_kept_only_by_force() throws Exception {
    Path other = Files.write(folder.resolve("other.key"), new byte[32]);

    CommandRun refused = run("key", "alice", "--from", other.toString());

    assertThat(refused.code()).isEqualTo(12);
    assertThat(refused.err()).contains("does not open", "--force");
    assertThat(kept("alice")).doesNotExist();
    assertThat(run("key", "alice", "--from", other.toString(), "--force").code()).isZero();
    assertThat(kept("alice")).exists();
  }

  @Test
  void a_key_that_is_there_is_not_replaced_without_force() throws Exception {
    fromLnd();

    CommandRun again = fromLnd();

    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("there is a key of alice already");
  }

  @Test
  void a_node_without_a_file_yet_gets_its_key_untried() throws Exception {
    Files.delete(folder.resolve("lnd/data/chain/bitcoin/regtest/channel.backup"));

    CommandRun run = fromLnd();

    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("the key was not tried");
  }

  @Test
  void a_file_that_is_no_key_and_a_node_that_is_unknown_are_refused() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "hello");

    assertThat(run("key", "alice", "--from", text.toString()).code()).isEqualTo(12);
    assertThat(run("key", "carol", "--from", text.toString()).code()).isEqualTo(10);
    assertThat(run("key", "--from", text.toString()).code()).isEqualTo(2);
  }

  private CommandRun fromLnd() throws IOException {
    return run("key", "alice", "--rest", lnd.address(), "--macaroon", macaroon().toString());
  }

  private Path macaroon() throws IOException {
    return Files.write(folder.resolve("alice.macaroon"), HexFormat.of().parseHex(MACAROON));
  }

  private Path script(String body) throws IOException {
    Path script = Files.writeString(folder.resolve("lightning-cli"), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }

  private CommandRun withInput(String input, String command, String... more) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.US_ASCII)));
    try {
      return run(command, more);
    } finally {
      System.setIn(before);
    }
  }

  private CommandRun run(String command, String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = command;
    arguments[1] = "--config";
    arguments[2] = config().toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return CommandRun.of(arguments);
  }

  private Path kept(String node) {
    return folder.resolve("keys").resolve(node);
  }

  private Path config() {
    return folder.resolve("lightkeeper.toml");
  }
}

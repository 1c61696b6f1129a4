package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.scb.BackupFormat;
import dev.lightkeeper.scb.BackupKey;
import dev.lightkeeper.stream.BackupOpener;
import dev.lightkeeper.testing.SealedLnd;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What changes when the node's backup key is there. */
class OpenedVersionsTest {
  private static final BackupKey KEY = BackupKey.of(SealedLnd.key());

  @RegisterExtension final Rig rig = new Rig();

  @BeforeEach
  void giveTheKey() {
    rig.installation().opener((_, backup) -> BackupFormat.open(NodeKind.LND, backup, KEY));
  }

  @Test
  void the_number_of_channels_is_reported() throws Exception {
    startWith(SealedLnd.channels(1, 2, 3));

    assertThat(rig.installation().report().nodes().getFirst().channels()).isEqualTo(3);
  }

  @Test
  void a_file_that_does_not_open_is_streamed_as_suspect_and_replaces_no_good_one()
      throws Exception {
    byte[] good = startWith(SealedLnd.channels(1));
    awaitCopy(good);

    byte[] damaged = rig.lnd().update(2);

    rig.awaitDurable(damaged);
    rig.awaitAlert(Alert.Kind.NOT_OPENING);
    staysTheCopy(good);
    assertThat(message(Alert.Kind.NOT_OPENING))
        .contains("version 2 is suspect", "Version 1 did open");
    assertThat(rig.installation().report().nodes().getFirst().channels()).isNull();
  }

  @Test
  void another_nodes_file_at_the_same_path_is_an_alert_after_a_restart_too() throws Exception {
    byte[] good = startWith(SealedLnd.channels(1));
    awaitCopy(good);
    rig.installation().stop(Duration.ofSeconds(10));

    byte[] others =
        SealedLnd.seal(new byte[32], SealedLnd.plain(0, 1, List.of(SealedLnd.single(3, 9))));
    rig.lnd().update(others);
    rig.installation().start();

    rig.awaitDurable(others);
    rig.awaitAlert(Alert.Kind.NOT_OPENING);
    staysTheCopy(good);
  }

  @Test
  void a_file_that_opens_with_another_nodes_key_begins_a_series_of_its_own() throws Exception {
    awaitCopy(startWith(SealedLnd.channels(1, 2)));
    rig.installation().stop(Duration.ofSeconds(10));

    byte[] key = new byte[BackupKey.LENGTH];
    rig.installation()
        .opener((_, backup) -> BackupFormat.open(NodeKind.LND, backup, BackupKey.of(key)));
    byte[] others = SealedLnd.seal(key, SealedLnd.plain(0, 1, List.of(SealedLnd.single(3, 9))));
    rig.lnd().update(others);
    rig.installation().start();

    rig.awaitDurable(others);
    rig.awaitAlert(Alert.Kind.ANOTHER_NODE);
    assertThat(message(Alert.Kind.ANOTHER_NODE))
        .contains("ends with version 1", SealedLnd.txid(1), SealedLnd.txid(2));
    assertThat(rig.alerts().open(Alert.Kind.CHANNELS_LOST)).isEmpty();

    rig.installation().stop(Duration.ofSeconds(10));
    rig.installation().start();
    rig.awaitAlert(Alert.Kind.ANOTHER_NODE);
  }

  @Test
  void a_file_that_opens_again_ends_the_alert_and_becomes_the_newest() throws Exception {
    startWith(SealedLnd.channels(1));
    rig.awaitDurable(rig.lnd().update(2));
    rig.awaitAlert(Alert.Kind.NOT_OPENING);

    byte[] good = SealedLnd.channels(1, 2);
    rig.lnd().update(good);

    rig.awaitDurable(good);
    rig.awaitOver(Alert.Kind.NOT_OPENING);
    awaitCopy(good);
  }

  @Test
  void a_channel_that_is_in_it_no_longer_is_named_even_if_it_went_while_nobody_looked()
      throws Exception {
    startWith(SealedLnd.channels(1, 2));
    rig.installation().stop(Duration.ofSeconds(10));
    byte[] fewer = SealedLnd.channels(2);
    rig.lnd().update(fewer);
    rig.installation().start();

    rig.awaitAlert(Alert.Kind.CHANNELS_LOST);
    awaitCopy(fewer);
    assertThat(message(Alert.Kind.CHANNELS_LOST))
        .contains(SealedLnd.txid(1) + ":1", SealedLnd.peer(1), "last in version 1")
        .doesNotContain(SealedLnd.txid(2));
  }

  @Test
  void a_channel_that_is_back_ends_the_notice() throws Exception {
    startWith(SealedLnd.channels(1, 2));
    rig.lnd().update(SealedLnd.channels(2));
    rig.awaitAlert(Alert.Kind.CHANNELS_LOST);

    rig.lnd().update(SealedLnd.channels(1, 2));

    rig.awaitOver(Alert.Kind.CHANNELS_LOST);
  }

  @Test
  void a_file_that_holds_no_channel_any_more_names_those_it_held() throws Exception {
    byte[] good = startWith(SealedLnd.channels(1));
    awaitCopy(good);

    rig.lnd().update(SealedLnd.channels());

    rig.awaitAlert(Alert.Kind.EMPTIED);
    assertThat(message(Alert.Kind.EMPTIED)).contains(SealedLnd.txid(1));
    staysTheCopy(good);
  }

  @Test
  void an_opener_that_fails_keeps_nothing_from_being_streamed() throws Exception {
    BackupOpener broken =
        (_, _) -> {
          throw new IllegalStateException("a mistake of ours");
        };
    rig.installation().opener(broken);

    rig.awaitDurable(startWith(SealedLnd.channels(1)));
  }

  private byte[] startWith(byte[] content) throws Exception {
    rig.lnd().update(content);
    rig.installation().start();
    rig.awaitDurable(content);
    return content;
  }

  private String message(Alert.Kind kind) {
    return rig.alerts().open(kind).getFirst().message();
  }

  private void awaitCopy(byte[] content) {
    Rig.patiently()
        .untilAsserted(
            () -> assertThat(rig.folder().convenienceCopy()).exists().hasBinaryContent(content));
  }

  private void staysTheCopy(byte[] content) {
    Rig.patiently()
        .during(Duration.ofMillis(1_500))
        .untilAsserted(() -> assertThat(rig.folder().convenienceCopy()).hasBinaryContent(content));
  }
}

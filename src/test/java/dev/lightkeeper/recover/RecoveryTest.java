package dev.lightkeeper.recover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.recover.ChannelStanding.Stage;
import dev.lightkeeper.recover.RecoverException.Kind;
import dev.lightkeeper.scb.ScbFixtures;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedDeployment.class)
class RecoveryTest {
  private static final Duration PACE = Duration.ofMillis(20);

  // What 005.emergency.recover holds.
  private static final String[] LISTED = {
    "b27e36fe1c13c7a95f1a3ead480c059721467bf5150c538885a04cfb53af92e7",
    "d42787e61defda5ba9782549c92441a1ffb351eb037737a81f92d282785ed6fd"
  };

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();
  private final List<Optional<List<String>>> questions = new ArrayList<>();
  private final SampleDeployment sample;
  private Engine engine;
  private boolean answer = true;

  RecoveryTest(SampleDeployment sample) {
    this.sample = sample;
  }

  @BeforeEach
  void connect() throws Exception {
    engine = Engine.open(sample.dockerHost());
  }

  @AfterEach
  void disconnect() throws Exception {
    engine.close();
  }

  private Recovery lnd(String... lines) throws Exception {
    Path backup = Files.writeString(folder.resolve("backup"), String.join("\n", lines) + "\n");
    return of(
        new LndCli(
            new ContainerProgram(engine, "lnd_bitcoin"),
            List.of("lncli", "--macaroonpath", "/root/.lnd/admin.macaroon"),
            List.of(backup),
            notes::add));
  }

  private Recovery cln() {
    return cln(null);
  }

  private Recovery cln(@Nullable Path kept) {
    return of(
        new ClnCli(
            new ContainerProgram(engine, "clightning_bitcoin"),
            List.of("lightning-cli", "--rpc-file", "/root/.lightning/lightning-rpc"),
            kept));
  }

  private Path kept() throws Exception {
    return Files.write(
        folder.resolve("kept-emergency.recover"), ScbFixtures.cln("005.emergency.recover"));
  }

  private Recovery of(NodeCli cli) {
    return new Recovery(
        cli,
        new RecoveryWatcher() {
          @Override
          public void note(String line) {
            notes.add(line);
          }

          @Override
          public boolean confirm(Optional<List<String>> channels) {
            questions.add(channels);
            return answer;
          }

          @Override
          public void standing(ChannelStanding channel) {
            notes.add(channel.channel() + " " + channel.stage());
          }
        },
        PACE);
  }

  private static List<Stage> stages(List<ChannelStanding> channels) {
    return channels.stream().map(ChannelStanding::stage).toList();
  }

  @Test
  void it_waits_until_the_wallet_is_unlocked_and_the_chain_is_read() throws Exception {
    StandInNode node = StandInNode.lnd(sample);
    node.set("state", "WAITING_TO_START", "LOCKED", "LOCKED", "RPC_ACTIVE", "SERVER_ACTIVE");
    node.set("synced", "false", "false", "true");

    assertThat(lnd("good", "aa:0").begin()).isTrue();

    assertThat(notes).filteredOn(n -> n.contains("unlocked")).hasSize(1);
    assertThat(notes).filteredOn(n -> n.contains("in step with the chain")).hasSize(1);
    assertThat(node.lines("shells")).containsExactly("aa:0");
  }

  @Test
  void a_node_without_a_wallet_is_refused() throws Exception {
    StandInNode.lnd(sample).set("state", "NON_EXISTING");
    assertThatThrownBy(() -> lnd("good", "aa:0").begin())
        .isInstanceOfSatisfying(
            RecoverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_WALLET));
  }

  @Test
  void a_channel_backup_that_the_node_cannot_open_is_refused() throws Exception {
    StandInNode node = StandInNode.lnd(sample);
    assertThatThrownBy(() -> lnd("another node's", "aa:0").begin())
        .isInstanceOfSatisfying(
            RecoverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.WRONG_BACKUP))
        .hasMessageContaining("message authentication failed");
    assertThat(questions).isEmpty();
    assertThat(node.calls("restorechanbackup")).isZero();
  }

  @Test
  void the_one_before_it_is_imported_if_the_node_cannot_open_the_newest() throws Exception {
    StandInNode node = StandInNode.lnd(sample);
    Path newest = Files.writeString(folder.resolve("newest"), "another node's\naa:0\n");
    Path older = Files.writeString(folder.resolve("older"), "good\nbb:1\n");
    Recovery recovery =
        of(
            new LndCli(
                new ContainerProgram(engine, "lnd_bitcoin"),
                List.of("lncli", "--macaroonpath", "/root/.lnd/admin.macaroon"),
                List.of(newest, older),
                notes::add));
    assertThat(recovery.begin()).isTrue();
    assertThat(questions).containsExactly(Optional.of(List.of("bb:1")));
    assertThat(node.lines("shells")).containsExactly("bb:1");
    assertThat(notes).anyMatch(n -> n.contains("cannot open") && n.contains(newest.toString()));
  }

  @Test
  void the_question_names_the_channels_and_a_no_leaves_the_node_alone() throws Exception {
    StandInNode node = StandInNode.lnd(sample);
    answer = false;
    assertThat(lnd("good", "aa:0", "bb:1").begin()).isFalse();
    assertThat(questions).containsExactly(Optional.of(List.of("aa:0", "bb:1")));
    assertThat(node.calls("restorechanbackup")).isZero();
  }

  @Test
  void a_peer_that_cannot_be_reached_does_not_keep_others_from_being_recovered() throws Exception {
    StandInNode node = StandInNode.lnd(sample);
    Recovery recovery = lnd("good", "aa:0", "bb:1", "cc:2");

    assertThat(recovery.begin()).isTrue();

    assertThat(node.lines("shells")).containsExactly("aa:0", "bb:1", "cc:2");
    assertThat(node.calls("restorechanbackup")).isEqualTo(3);
    assertThat(notes).anyMatch(n -> n.contains("unable to connect to peer 02aa"));
  }

  @Test
  void that_the_command_succeeded_is_not_the_end_of_it() throws Exception {
    StandInNode node = StandInNode.lnd(sample);
    Recovery recovery = lnd("good", "aa:0", "bb:1");
    assertThat(recovery.begin()).isTrue();

    assertThat(stages(recovery.look())).containsExactly(Stage.WAITING, Stage.WAITING);
    assertThat(recovery.onItsWay()).isFalse();
    assertThat(notes).anyMatch(n -> n.startsWith("aa:0: ask the operator of 02bb"));

    node.set("shells", "bb:1");
    node.set("closing", "aa:0");
    assertThat(stages(recovery.look())).containsExactly(Stage.CLOSING, Stage.WAITING);
    assertThat(recovery.onItsWay()).isFalse();

    node.set("shells");
    node.set("closing", "bb:1");
    node.set("closed", "aa:0");
    assertThat(stages(recovery.look())).containsExactly(Stage.CLOSED, Stage.CLOSING);
    assertThat(recovery.onItsWay()).isTrue();
    assertThat(recovery.settled()).isFalse();

    node.set("closing");
    node.set("closed", "aa:0", "bb:1");
    new Following(List.of(recovery), PACE).run(null);
    assertThat(recovery.settled()).isTrue();
  }

  @Test
  void run_again_it_asks_nothing_and_does_nothing_twice() throws Exception {
    StandInNode node = StandInNode.lnd(sample);
    assertThat(lnd("good", "aa:0", "bb:1").begin()).isTrue();
    long calls = node.calls("restorechanbackup");
    node.set("shells");
    node.set("closed", "aa:0", "bb:1");
    questions.clear();

    Recovery again = lnd("good", "aa:0", "bb:1");
    assertThat(again.begin()).isTrue();
    new Following(List.of(again), PACE).run(null);

    assertThat(questions).isEmpty();
    assertThat(node.calls("restorechanbackup")).isEqualTo(calls);
    assertThat(again.onItsWay()).isTrue();
  }

  @Test
  void core_lightnings_own_recovery_is_run_once_and_each_channel_followed() throws Exception {
    StandInNode node = StandInNode.cln(sample);
    node.set("syncing", "1", "2");
    node.set("backup", "c1", "c2");
    Recovery recovery = cln();

    assertThat(recovery.begin()).isTrue();
    assertThat(questions).containsExactly(Optional.empty());
    assertThat(notes).anyMatch(n -> n.contains("in step with the chain"));
    assertThat(stages(recovery.look())).containsExactly(Stage.WAITING, Stage.WAITING);
    assertThat(notes).anyMatch(n -> n.startsWith("c1: ask the operator of 03cc to force-close"));

    node.set("shells", "c2");
    node.set("closing", "c1");
    Recovery again = cln();
    assertThat(again.begin()).isTrue();
    assertThat(node.calls("emergencyrecover")).isEqualTo(1);
    assertThat(stages(again.look())).containsExactly(Stage.WAITING, Stage.CLOSING);

    node.set("shells");
    node.set("closing");
    node.set("closed", "c1", "c2");
    new Following(List.of(again), PACE).run(null);
    assertThat(again.onItsWay()).isTrue();
  }

  @Test
  void core_lightnings_channels_are_named_before_the_question() throws Exception {
    StandInNode node = StandInNode.cln(sample);
    node.put("emergency.recover", ScbFixtures.cln("005.emergency.recover"));
    node.put("secret", ScbFixtures.cln("scb-secret.json"));
    node.set("backup", LISTED);
    Recovery recovery = cln();

    assertThat(recovery.begin()).isTrue();

    assertThat(questions)
        .singleElement()
        .satisfies(q -> assertThat(q.orElseThrow()).containsExactlyInAnyOrder(LISTED));
    assertThat(stages(recovery.look())).containsExactly(Stage.WAITING, Stage.WAITING);
  }

  @Test
  void a_core_lightning_backup_that_its_key_does_not_open_is_left_to_the_node() throws Exception {
    StandInNode node = StandInNode.cln(sample);
    node.put("emergency.recover", ScbFixtures.cln("005.emergency.recover"));
    node.put("secret", ScbFixtures.cln("empty.scb-secret.json"));
    node.set("backup", "c1");

    assertThat(cln().begin()).isTrue();

    assertThat(questions).containsExactly(Optional.empty());
    assertThat(node.lines("shells")).containsExactly("c1");
  }

  @Test
  void channels_that_core_lightning_forgot_by_opening_another_are_missing() throws Exception {
    for (String state : List.of("CHANNELD_AWAITING_LOCKIN", "CHANNELD_NORMAL")) {
      StandInNode node = StandInNode.cln(sample);
      node.put("secret", ScbFixtures.cln("scb-secret.json"));
      // It wrote its file anew, of the channels that it knows: the lost ones are not in there.
      node.set("backup", "new");
      node.set("ordinary", "new " + state);
      questions.clear();
      notes.clear();
      Path kept = kept();
      Recovery recovery = cln(kept);

      assertThat(recovery.begin()).as(state).isTrue();

      assertThat(questions)
          .singleElement()
          .satisfies(q -> assertThat(q.orElseThrow()).containsExactlyInAnyOrder(LISTED));
      assertThat(stages(recovery.look())).as(state).containsExactly(Stage.MISSING, Stage.MISSING);
      assertThat(recovery.onItsWay()).isFalse();
      assertThat(recovery.settled()).isFalse();
      assertThat(notes).noneMatch(n -> n.contains("has taken up every channel"));
      assertThat(notes)
          .anyMatch(
              n ->
                  n.startsWith(LISTED[0])
                      && n.contains("recoverchannel")
                      && n.contains(kept.toString()));
    }
  }

  @Test
  void a_channel_opened_since_does_not_keep_core_lightnings_lost_ones_from_being_taken_up()
      throws Exception {
    StandInNode node = StandInNode.cln(sample);
    node.put("secret", ScbFixtures.cln("scb-secret.json"));
    node.set("backup", LISTED);
    node.set("ordinary", "new CHANNELD_AWAITING_LOCKIN");

    Recovery recovery = cln(kept());
    assertThat(recovery.begin()).isTrue();
    assertThat(stages(recovery.look())).containsExactly(Stage.WAITING, Stage.WAITING);
    Recovery again = cln(kept());
    assertThat(again.begin()).isTrue();

    assertThat(node.calls("emergencyrecover")).isEqualTo(1);
    assertThat(notes).noneMatch(n -> n.startsWith("new"));
  }

  @Test
  void nothing_taken_up_and_nothing_named_is_never_well() throws Exception {
    for (String state : List.of("CHANNELD_AWAITING_LOCKIN", "CHANNELD_NORMAL", "ONCHAIN")) {
      StandInNode node = StandInNode.cln(sample);
      node.set("backup", "new");
      node.set("ordinary", "new " + state);
      notes.clear();
      Path kept = kept();
      Recovery recovery = cln(kept);

      assertThat(recovery.begin()).as(state).isTrue();
      new Following(List.of(recovery), PACE).run(Duration.ZERO);

      assertThat(node.calls("emergencyrecover")).isEqualTo(1);
      assertThat(recovery.onItsWay()).as(state).isFalse();
      assertThat(notes).noneMatch(n -> n.contains("has taken up every channel"));
      assertThat(notes)
          .anyMatch(n -> n.contains("took no channel up") && n.contains(kept.toString()));
      assertThat(notes).noneMatch(n -> n.startsWith("new: ask the operator"));
    }
  }

  @Test
  void core_lightnings_failure_is_told_in_its_own_words() throws Exception {
    var _ = StandInNode.cln(sample);
    assertThatThrownBy(() -> cln().begin())
        .isInstanceOf(RecoverException.class)
        .hasMessageContaining("emergency.recover: No such file");
  }
}

package dev.lightkeeper.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.handoff.HandoffException.Kind;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.testing.RealSshd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A write-once account whose folders for notes are missing, as where init was run long ago. */
class OfferTrialTest {
  @TempDir Path dir;
  private Site source;
  private RealSshd sshd;
  private Remote offsite;
  private Remote disk;

  @BeforeEach
  void start() throws Exception {
    source = new Site(dir.resolve("source"));
    sshd = RealSshd.startObeyingModes(dir.resolve("sshd"), RealSshd.WRITE_ONCE);
    Site.prepare(sshd, List.of("alice", "carol"));
    offsite = sshd.remote("offsite");
    disk = new DirectoryRemote("disk", Files.createDirectory(dir.resolve("disk")));
  }

  @AfterEach
  void stop() {
    sshd.close();
  }

  private void unprepare() throws Exception {
    Files.delete(sshd.root().resolve("carol/handoff"));
  }

  @Test
  void without_the_prepared_folder_it_is_said_which_one_is_to_be_made_and_nothing_is_locked()
      throws Exception {
    unprepare();

    assertThatThrownBy(() -> OfferTrial.run(List.of(offsite), source.nodes))
        .isInstanceOfSatisfying(
            HandoffException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE);
              assertThat(e.what())
                  .startsWith("no remote would take the offer: offsite: ")
                  .contains("carol/handoff/");
              assertThat(e.remedy()).contains("folder handoff", "mode 700", "--offline");
            });
    assertThat(source.state.resolve("locked.json")).doesNotExist();
  }

  @Test
  void the_folder_that_a_refused_trial_left_is_mended_as_the_remedy_says() throws Exception {
    unprepare();
    assertThatThrownBy(() -> OfferTrial.run(List.of(offsite), source.nodes))
        .isInstanceOf(HandoffException.class);

    Process made =
        new ProcessBuilder(
                "install", "-d", "-m", "700", sshd.root().resolve("carol/handoff").toString())
            .start();
    assertThat(made.waitFor()).isZero();

    assertThat(OfferTrial.run(List.of(offsite), source.nodes)).isEmpty();
  }

  @Test
  void the_offer_goes_to_the_remote_that_would_take_it_whichever_comes_first() throws Exception {
    unprepare();

    assertThat(OfferTrial.run(List.of(offsite, disk), source.nodes))
        .singleElement()
        .asString()
        .startsWith("offsite: ");
    Offering.Made made = source.offer(List.of(offsite, disk));

    assertThat(made.remotes()).containsExactly("disk");
    assertThat(made.missed()).singleElement().asString().startsWith("offsite: ");
  }

  @Test
  void what_it_leaves_says_nothing_and_is_left_once() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertThat(OfferTrial.run(List.of(offsite, disk), source.nodes)).isEmpty();
    }

    for (Remote remote : List.of(offsite, disk)) {
      try (RemoteSession session = remote.connect()) {
        for (Node node : source.nodes) {
          assertThat(session.notes(node.name()))
              .singleElement()
              .satisfies(note -> assertThat(HandoffNotes.read(node.name(), note)).isEmpty());
        }
      }
    }
    assertThat(Lookout.ask(List.of(offsite, disk)))
        .allSatisfy(
            seen ->
                assertThat(((Sighting.Seen) seen).nodes().values())
                    .allSatisfy(node -> assertThat(node.events()).isEmpty()));
  }
}

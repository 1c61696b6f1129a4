package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.restore.RestoreJournal.Handover;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several restores a person means who undoes the last one. */
class RestoreFolderTest {
  private static final String OLDER = "20261101T000000Z";
  private static final String NEWER = "20261102T000000Z";
  private static final Handover CLAIM =
      new Handover("/state", "a", "host", "offer", "key", Map.of(), null, false, null);

  @TempDir Path root;
  private RestoreFolder folder;

  @BeforeEach
  void open() throws IOException {
    folder = RestoreFolder.in(root);
  }

  private void write(String id, Phase phase, @Nullable Handover handover) throws IOException {
    Files.createDirectories(folder.of(id));
    folder.write(
        new RestoreJournal(
            RestoreJournal.VERSION,
            id,
            phase,
            "backup.tar.gz",
            "0",
            true,
            List.of(),
            List.of(),
            handover));
  }

  private void assertNothingToUndo(String words) {
    assertThatThrownBy(() -> folder.toUndo())
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
        .hasMessageContaining(words);
  }

  @Test
  void one_that_is_rolled_back_does_not_give_up_an_older_good_one() throws Exception {
    write(OLDER, Phase.DONE, null);
    write(NEWER, Phase.ROLLED_BACK, null);

    assertNothingToUndo("the last restore, of backup.tar.gz, begun at " + NEWER);
  }

  @Test
  void one_whose_rollback_is_stuck_is_the_one_to_undo() throws Exception {
    write(OLDER, Phase.DONE, null);
    write(NEWER, Phase.ROLLING_BACK, null);

    assertThat(folder.toUndo().id()).isEqualTo(NEWER);
  }

  @Test
  void a_claim_that_is_kept_is_the_one_to_give_up() throws Exception {
    write(OLDER, Phase.DONE, null);
    write(NEWER, Phase.ROLLED_BACK, CLAIM);

    assertThat(folder.toUndo().id()).isEqualTo(NEWER);
  }

  @Test
  void an_attempt_that_neither_touched_nor_claimed_anything_does_not_count() throws Exception {
    write(OLDER, Phase.DONE, null);
    write(NEWER, Phase.CLAIMING, CLAIM.abandoned());

    assertThat(folder.toUndo().id()).isEqualTo(OLDER);
  }

  @Test
  void without_any_restore_there_is_nothing_to_undo() {
    assertNothingToUndo("there is no restore");
  }
}

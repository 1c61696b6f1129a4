package dev.lightkeeper.remote.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.remote.transfer.SegmentBoard.Task;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who gets which segment, and who waits for whom. */
class SegmentBoardTest {
  private final SegmentBoard board = new SegmentBoard(Segment.of(0, Long.MAX_VALUE).length() * 2L);

  @Test
  void one_that_only_verifies_waits_for_what_is_being_moved() throws Exception {
    board.moverJoined();
    Task moving = Objects.requireNonNull(board.next(true));
    CompletableFuture<@Nullable Task> waiting = verifier();

    board.moved(moving.segment());

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isInstanceOf(Task.Verify.class);
  }

  @Test
  void one_that_only_verifies_leaves_once_nobody_can_move_the_rest() throws Exception {
    board.moverJoined();
    Task moving = Objects.requireNonNull(board.next(true));
    CompletableFuture<@Nullable Task> waiting = verifier();

    board.putBack(moving);
    board.moverLeft();

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isNull();
    assertThat(board.done()).isFalse();
  }

  @Test
  void while_there_is_something_to_move_one_reads_back_and_the_others_move() throws Exception {
    SegmentBoard board = new SegmentBoard(Segment.of(0, Long.MAX_VALUE).length() * 4L);
    Task first = Objects.requireNonNull(board.next(true));
    Task second = Objects.requireNonNull(board.next(true));
    board.moved(first.segment());
    board.moved(second.segment());

    assertThat(board.next(true)).isInstanceOf(Task.Verify.class);
    assertThat(board.next(true)).isInstanceOf(Task.Move.class);
    assertThat(board.next(false)).isInstanceOf(Task.Verify.class);
    assertThat(board.next(true)).isInstanceOf(Task.Move.class);
  }

  private CompletableFuture<@Nullable Task> verifier() {
    CompletableFuture<@Nullable Task> task = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                task.complete(board.next(false));
              } catch (InterruptedException e) {
                task.completeExceptionally(e);
              }
            });
    return task;
  }
}

package dev.lightkeeper.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.shelf.ShipmentQueue.Outcome;
import dev.lightkeeper.shelf.ShipmentQueue.Shipment;
import dev.lightkeeper.testing.RealSshd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShipmentQueueTest {
  private static final Instant NOW = Instant.parse("2026-11-23T02:15:00Z");

  @TempDir Path dir;

  @BeforeEach
  void mount() throws IOException {
    Files.createDirectory(dir.resolve("one"));
  }

  @Test
  void what_is_due_is_delivered_and_then_no_longer_due() throws Exception {
    ArchiveName name = keep(0);
    queue().add(name, folder(), List.of("one"));

    assertThat(deliver()).containsExactly(new Outcome.Delivered(new Shipment("one", name)));

    assertThat(dir.resolve("one/archives").resolve(name.fileName()))
        .hasSameBinaryContentAs(folder().file(name));
    assertThat(queue().pending()).isEmpty();
    assertThat(deliver()).isEmpty();
  }

  @Test
  void what_cannot_be_delivered_stays_due_for_another_process() throws Exception {
    ArchiveName name = keep(0);
    queue().add(name, folder(), List.of("one", "two"));

    List<Outcome> first = deliver();

    assertThat(first).hasSize(2);
    assertThat(first.getFirst()).isInstanceOf(Outcome.Delivered.class);
    assertThat(first.getLast()).isInstanceOf(Outcome.Failed.class);
    assertThat(queue().pending()).containsExactly(new Shipment("two", name));
    assertThat(folder().file(name)).exists();

    Files.createDirectory(dir.resolve("two"));
    assertThat(deliver()).containsExactly(new Outcome.Delivered(new Shipment("two", name)));
  }

  @Test
  void an_archive_that_is_gone_here_is_dropped_with_a_word() throws Exception {
    ArchiveName name = keep(0);
    keep(1);
    queue().add(name, folder(), List.of("one"));
    folder().remove(name);

    assertThat(deliver())
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.Dropped.class, d -> assertThat(d.why()).contains(name.fileName()));
    assertThat(queue().pending()).isEmpty();
  }

  @Test
  void where_no_archive_is_at_all_a_disk_may_be_missing_and_nothing_is_dropped() throws Exception {
    ArchiveName name = keep(0);
    queue().add(name, folder(), List.of("one"));
    Path unmounted = Files.move(dir.resolve("here"), dir.resolve("elsewhere"));

    for (int i = 0; i < 2; i++) {
      assertThat(deliver())
          .singleElement()
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              f -> assertThat(f.cause().what()).contains("no archive at all in"));
      Files.createDirectories(dir.resolve("here")); // what an empty mount point is
    }

    Files.delete(dir.resolve("here"));
    Files.move(unmounted, dir.resolve("here"));
    assertThat(deliver()).containsExactly(new Outcome.Delivered(new Shipment("one", name)));
  }

  @Test
  void it_is_taken_from_where_it_was_kept_whatever_the_deliverer_takes_for_usual()
      throws Exception {
    ArchiveName name = keep(0);
    queue().add(name, folder(), List.of("one"));

    assertThat(
            queue()
                .deliver(
                    new ArchiveFolder(dir.resolve("usual")),
                    remotes(),
                    RateLimit.none(),
                    Duration.ZERO,
                    (_, _, _, _) -> {}))
        .containsExactly(new Outcome.Delivered(new Shipment("one", name)));
  }

  @Test
  void a_note_of_an_earlier_version_means_the_usual_folder() throws Exception {
    ArchiveName name = keep(0);
    Files.createFile(
        Files.createDirectories(dir.resolve("state/shipments/one")).resolve(name.fileName()));

    assertThat(deliver()).containsExactly(new Outcome.Delivered(new Shipment("one", name)));
  }

  @Test
  void what_was_due_at_a_remote_that_is_no_more_is_dropped_with_a_word() throws Exception {
    ArchiveName name = keep(0);
    queue().add(name, folder(), List.of("former"));

    assertThat(deliver())
        .containsExactly(
            new Outcome.Dropped(
                new Shipment("former", name), "archives are no longer shipped there"));
    assertThat(queue().pending()).isEmpty();
  }

  @Test
  void one_damaged_here_is_never_delivered() throws Exception {
    ArchiveName name = keep(0);
    queue().add(name, folder(), List.of("one"));
    Files.writeString(folder().file(name), "Archive of 0");

    assertThat(deliver()).singleElement().isInstanceOf(Outcome.Failed.class);
    assertThat(dir.resolve("one/archives").resolve(name.fileName())).doesNotExist();
  }

  @Test
  void the_rule_prunes_here_what_is_not_still_to_be_shipped() throws Exception {
    ArchiveName oldest = keep(0);
    ArchiveName old = keep(1);
    ArchiveName newest = keep(2);
    Pruning pruning = Pruning.local(folder(), new Retention(1, 0, 0, 0), Set.of(oldest), NOW);

    assertThat(pruning.removed()).containsExactly(old);
    assertThat(folder().list()).extracting(a -> a.name()).containsExactly(oldest, newest);
  }

  @Test
  void the_rule_prunes_a_remote_and_leaves_other_files() throws Exception {
    ArchiveName old = keep(0);
    ArchiveName newest = keep(1);
    queue().add(old, folder(), List.of("one"));
    queue().add(newest, folder(), List.of("one"));
    assertThat(deliver()).hasSize(2);
    Path mine = Files.writeString(dir.resolve("one/archives/mine.tar.gz"), "mine");

    try (ArchiveShelf shelf = remotes().getFirst().archives()) {
      Pruning pruning = Pruning.remote(shelf, new Retention(1, 0, 0, 0), NOW);
      assertThat(pruning.removed()).containsExactly(old);
      assertThat(pruning.note()).isEmpty();
      assertThat(shelf.list()).extracting(a -> a.name()).containsExactly(newest);
    }
    assertThat(mine).exists();
  }

  @Test
  void a_write_once_remote_says_whose_job_pruning_is() throws Exception {
    ArchiveName old = keep(0);
    ArchiveName newest = keep(1);
    try (RealSshd sshd = RealSshd.start(dir.resolve("sshd"), RealSshd.WRITE_ONCE);
        ArchiveShelf shelf = sshd.remote("once").archives()) {
      queue().add(old, folder(), List.of("once"));
      queue().add(newest, folder(), List.of("once"));
      assertThat(deliver(List.of(sshd.remote("once")))).hasSize(2);

      Pruning pruning = Pruning.remote(shelf, new Retention(1, 0, 0, 0), NOW);

      assertThat(pruning.removed()).isEmpty();
      assertThat(pruning.note()).contains("write-once", "another key");
      assertThat(shelf.list()).hasSize(2).allMatch(a -> a.complete());
    }
  }

  private List<Outcome> deliver() throws Exception {
    return deliver(remotes());
  }

  private List<Outcome> deliver(List<Remote> remotes) throws Exception {
    return queue().deliver(folder(), remotes, RateLimit.none(), Duration.ZERO, (_, _, _, _) -> {});
  }

  private List<Remote> remotes() {
    return List.of(
        new DirectoryRemote("one", dir.resolve("one")),
        new DirectoryRemote("two", dir.resolve("two")));
  }

  private ShipmentQueue queue() {
    return new ShipmentQueue(dir.resolve("state"));
  }

  private ArchiveFolder folder() {
    return new ArchiveFolder(dir.resolve("here"));
  }

  private ArchiveName keep(int day) throws IOException {
    ArchiveName name = new ArchiveName(NOW.plus(Duration.ofDays(day)), false, true);
    byte[] content = ("archive of " + day).getBytes(StandardCharsets.UTF_8);
    Path part = folder().newPart();
    Files.write(part, content);
    folder().keep(part, name, new ArchiveManifest(content.length, Sha256.of(content)).toJson());
    return name;
  }
}

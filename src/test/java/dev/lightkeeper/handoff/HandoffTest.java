package dev.lightkeeper.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.handoff.HandoffException.Kind;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Offer, claim, void and release over a write-once OpenSSH server and a folder. */
class HandoffTest {
  @TempDir Path dir;
  private Site source;
  private RealSshd sshd;
  private List<Remote> remotes;

  @BeforeEach
  void start() throws Exception {
    source = new Site(dir.resolve("source"));
    sshd = RealSshd.startObeyingModes(dir.resolve("sshd"), RealSshd.WRITE_ONCE);
    Site.prepare(sshd, List.of("alice", "carol"));
    Path disk = Files.createDirectory(dir.resolve("disk"));
    remotes = List.of(sshd.remote("offsite"), new DirectoryRemote("disk", disk));
  }

  @AfterEach
  void stop() throws Exception {
    sshd.close();
  }

  private Claiming destination(char digit) {
    return Site.destination(dir.resolve("destination-" + digit), digit);
  }

  private Guard guard() {
    return new Guard(
        source.state,
        "old",
        remotes,
        Site.NO_DOCKER,
        new AlertBook(InstantSource.system()),
        InstantSource.system());
  }

  private static void assertKind(Kind kind, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            HandoffException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.what()).contains(words);
              assertThat(e.remedy()).isNotBlank();
            });
  }

  @Test
  void an_offer_is_claimed_confirmed_and_spent_once() throws Exception {
    Handoff offer = source.offer(remotes).offer();

    Permission permission = Site.claim(destination('b'), offer, remotes);
    permission.confirm();
    Permission again = Site.claim(destination('b'), offer, remotes);
    permission.spend();

    assertKind(Kind.REFUSED, "used the offer", again::confirm);
    assertKind(Kind.REFUSED, "used the offer", () -> Site.claim(destination('b'), offer, remotes));
    assertKind(Kind.REFUSED, "claimed", () -> Site.claim(destination('c'), offer, remotes));
  }

  @Test
  void a_second_destination_is_refused() throws Exception {
    Handoff offer = source.offer(remotes).offer();
    var _ = Site.claim(destination('b'), offer, remotes);

    assertKind(Kind.REFUSED, "new-b", () -> Site.claim(destination('c'), offer, remotes));
  }

  @Test
  void the_state_folder_of_the_destination_forgets_nothing() throws Exception {
    Handoff offer = source.offer(remotes).offer();
    Site.claim(destination('b'), offer, remotes).spend();

    // Another state folder, the same installation: as after the host was set back.
    assertKind(
        Kind.REFUSED,
        "claimed",
        () -> Site.claim(Site.destination(dir.resolve("set-back"), 'b'), offer, remotes));
  }

  @Test
  void a_database_that_changed_makes_the_offer_void_on_every_remote_for_ever() throws Exception {
    Handoff offer = source.offer(remotes).offer();
    Files.writeString(source.channelDb, "newer channels");

    try (Guard guard = guard()) {
      Guard.Round round = guard.round();
      assertThat(round.voided()).contains("channel.db");
      assertThat(round.owed()).isEmpty();
    }

    for (Remote remote : remotes) {
      assertKind(
          Kind.REFUSED, "void", () -> Site.claim(destination('b'), offer, List.of(remotes.get(0))));
      try (RemoteSession session = remote.connect()) {
        assertThat(session.notes(new NodeName("carol")))
            .anyMatch(n -> n.name().equals("void-" + offer.id() + ".json"));
      }
    }
    Files.writeString(source.channelDb, "channels");
    assertKind(Kind.REFUSED, "void", () -> Site.claim(destination('b'), offer, remotes));
  }

  @Test
  void a_changed_channel_backup_alone_makes_it_void() throws Exception {
    var _ = source.offer(remotes);
    source.cln.update(2);

    try (Guard guard = guard()) {
      assertThat(guard.round().voided()).contains("channel backup of carol");
    }
  }

  @Test
  void a_database_file_that_appears_makes_it_void() throws Exception {
    var _ = source.offer(remotes);
    Files.writeString(source.sqlite.resolveSibling("lightningd.sqlite3-wal"), "newer");

    try (Guard guard = guard()) {
      assertThat(guard.round().voided()).contains("sqlite3-wal");
    }
  }

  @Test
  void a_touched_database_is_no_sign() throws Exception {
    var _ = source.offer(remotes);
    Files.setLastModifiedTime(source.channelDb, FileTime.from(Instant.EPOCH));

    try (Guard guard = guard()) {
      assertThat(guard.round().voided()).isNull();
    }
  }

  @Test
  void a_remote_that_was_away_is_told_when_it_is_back() throws Exception {
    Handoff offer = source.offer(remotes).offer();
    source.lnd.update(4);
    Path root = sshd.root();
    Files.move(root, root.resolveSibling("away"));
    try (Guard guard = guard()) {
      assertThat(guard.round().owed()).containsExactly("offsite");
      Files.move(root.resolveSibling("away"), root);
      assertThat(guard.round().owed()).isEmpty();
    }
    assertKind(
        Kind.REFUSED, "void", () -> Site.claim(destination('b'), offer, List.of(remotes.get(0))));
  }

  @Test
  void the_guard_holds_the_locks_until_it_is_released() throws Exception {
    var _ = source.offer(remotes);
    Shell shell = new Shell(Map.of());
    try (Guard guard = guard()) {
      assertThat(guard.round().holding())
          .containsExactlyInAnyOrder(source.channelDb.toString(), source.sqlite.toString());
      assertThatThrownBy(() -> shell.run("flock", "-n", source.channelDb.toString(), "true"))
          .hasMessageContaining("ended with 1");

      var _ = source.release(remotes).run(false);
      assertThat(guard.round().holding()).isEmpty();
      assertThat(shell.run("flock", "-n", source.channelDb.toString(), "echo", "free"))
          .isEqualTo("free");
    }
  }

  @Test
  void released_means_void() throws Exception {
    Handoff offer = source.offer(remotes).offer();
    var _ = source.release(remotes).run(false);

    assertKind(Kind.REFUSED, "void", () -> Site.claim(destination('b'), offer, remotes));
    assertKind(Kind.NOT_FOUND, "nothing is locked", () -> source.release(remotes).run(false));
  }

  @Test
  void a_claimed_handoff_is_not_released() throws Exception {
    Handoff offer = source.offer(remotes).offer();
    Permission permission = Site.claim(destination('b'), offer, remotes);

    assertKind(Kind.REFUSED, "new-b", () -> source.release(remotes).run(false));
    assertKind(Kind.REFUSED, "void", permission::confirm);
    assertKind(Kind.REFUSED, "void", permission::spend);
    assertThat(source.state.resolve("locked.json")).exists();
  }

  @Test
  void what_the_destination_gave_up_is_released() throws Exception {
    Handoff offer = source.offer(remotes).offer();
    Permission permission = Site.claim(destination('b'), offer, remotes);
    permission.abandon();

    assertKind(Kind.REFUSED, "", permission::confirm);
    assertKind(Kind.REFUSED, "", () -> Site.claim(destination('b'), offer, remotes));
    var _ = source.release(remotes).run(false);
    assertThat(source.state.resolve("locked.json")).doesNotExist();
  }

  @Test
  void while_a_remote_does_not_answer_it_is_neither_claimed_nor_released() throws Exception {
    Handoff offer = source.offer(remotes).offer();
    sshd.close();

    assertKind(Kind.UNREACHABLE, "offsite", () -> Site.claim(destination('b'), offer, remotes));
    assertKind(Kind.UNREACHABLE, "offsite", () -> source.release(remotes).run(false));
    assertThat(source.state.resolve("locked.json")).exists();
  }

  @Test
  void without_any_remote_nothing_is_offered_and_nothing_locked() {
    List<Remote> gone = List.of(new DirectoryRemote("gone", dir.resolve("gone")));

    assertKind(Kind.UNREACHABLE, "gone", () -> source.offer(gone));
    assertThat(source.state.resolve("locked.json")).doesNotExist();
  }

  @Test
  void a_node_that_runs_is_not_offered() throws Exception {
    Process node =
        new ProcessBuilder("flock", source.channelDb.toString(), "sh", "-c", "echo up; sleep 60")
            .start();
    try {
      assertThat(node.inputReader().readLine()).isEqualTo("up");
      assertKind(Kind.NODE, "in use", () -> source.offer(remotes));
    } finally {
      node.descendants().forEach(ProcessHandle::destroyForcibly);
      node.destroyForcibly();
    }
    assertThat(source.state.resolve("locked.json")).doesNotExist();
  }

  @Test
  void a_database_that_changed_since_it_was_archived_is_not_offered_not_even_by_hand()
      throws Exception {
    Map<String, Sha256> archived = OnDisk.databases(source.nodes);
    Files.writeString(source.channelDb, "newer channels");

    String words = source.channelDb + " changed since it was archived";
    assertKind(Kind.NODE, words, () -> source.offer(archived, List.of()));
    assertKind(Kind.NODE, words, () -> source.offer(archived, remotes));
    assertThat(source.state.resolve("locked.json")).doesNotExist();
    assertThat(new Shell(Map.of()).run("flock", "-n", source.channelDb.toString(), "echo", "free"))
        .isEqualTo("free");
    var _ = source.offer(remotes);
  }

  @Test
  void a_database_file_that_came_or_went_since_the_archive_was_made_is_not_offered()
      throws Exception {
    Map<String, Sha256> archived = OnDisk.databases(source.nodes);
    Path wal = source.sqlite.resolveSibling("lightningd.sqlite3-wal");
    Files.writeString(wal, "newer");

    assertKind(Kind.NODE, wal + " is not in the archive", () -> source.offer(archived, List.of()));
    Map<String, Sha256> with = OnDisk.databases(source.nodes);
    Files.delete(wal);
    assertKind(Kind.NODE, wal + " is gone", () -> source.offer(with, List.of()));
    assertThat(source.state.resolve("locked.json")).doesNotExist();
  }

  @Test
  void a_database_that_was_replaced_is_locked_anew_or_the_guard_says_it_is_not() throws Exception {
    var _ = source.offer(remotes);
    Shell shell = new Shell(Map.of());
    try (Guard guard = guard()) {
      var _ = guard.round();
      for (Path database : List.of(source.channelDb, source.sqlite)) {
        Path copy = database.resolveSibling("copy");
        var _ = shell.run("cp", "-a", database.toString(), copy.toString());
        Files.move(copy, database, StandardCopyOption.REPLACE_EXISTING);

        try (DatabaseLock node = DatabaseLock.take(database).orElseThrow()) {
          assertThat(node).isNotNull();
          Guard.Round open = guard.round();
          assertThat(open.problems()).anyMatch(p -> p.contains(database + " is open elsewhere"));
          assertThat(open.holding()).doesNotContain(database.toString());
        }
        assertThat(guard.round().holding()).contains(database.toString());
        assertThat(DatabaseLock.take(database)).isEmpty();
      }
    }
  }

  @Test
  void a_node_is_offered_once_at_a_time() throws Exception {
    var _ = source.offer(remotes);

    assertKind(Kind.LOCKED, "locked", () -> source.offer(remotes));
  }

  @Test
  void a_newer_version_that_no_guard_saw_is_refused() throws Exception {
    Handoff offer = source.offer(remotes).offer();
    ChannelBackup newer = ChannelBackup.of(new byte[] {1, 2, 3});
    try (RemoteSession session = remotes.get(1).connect()) {
      session.publish(new NodeName("alice"), new Version(2, Instant.EPOCH, newer.hash()), newer);
    }

    assertKind(
        Kind.REFUSED, "the source ran again", () -> Site.claim(destination('b'), offer, remotes));
  }

  @Test
  void a_code_carried_by_hand_is_good_for_its_archive_once_and_for_a_while() throws Exception {
    Handoff offer = source.offer(List.of()).offer();
    String code = new CodeShowing(source.state, source.clock).show().toString();
    Claiming here = destination('b');

    here.insistOn(Site.carried(offer), code);
    Permission permission = here.claim(Site.carried(offer), Map.of(), List.of());
    permission.confirm();
    permission.spend();

    assertKind(
        Kind.REFUSED, "used the offer", () -> here.claim(Site.carried(offer), Map.of(), List.of()));
    Claiming late =
        Site.destinationAt(
            dir.resolve("late"), 'c', Instant.now().plus(HandoffCode.VALIDITY).plusSeconds(60));
    assertKind(Kind.REFUSED, "valid until", () -> late.insistOn(Site.carried(offer), code));
    assertKind(
        Kind.REFUSED, "a handoff code was shown", () -> source.release(List.of()).run(false));
    var _ = source.release(List.of()).run(true);
  }

  @Test
  void a_code_of_another_archive_or_another_source_is_refused() throws Exception {
    Handoff offer = source.offer(List.of()).offer();
    String code = new CodeShowing(source.state, source.clock).show().toString();
    Claiming here = destination('b');

    assertKind(
        Kind.REFUSED,
        "another archive",
        () ->
            here.insistOn(
                new Claiming.ArchiveSeen(
                    Sha256.of(new byte[1]), offer.id(), offer.key(), offer.databases(), offer),
                code));
    assertKind(
        Kind.REFUSED,
        "not signed",
        () ->
            here.insistOn(
                new Claiming.ArchiveSeen(
                    Site.ARCHIVE, offer.id(), OfferDraft.make().key(), offer.databases(), offer),
                code));
    assertKind(
        Kind.REFUSED,
        "no handoff code",
        () -> here.insistOn(Site.carried(offer), code.substring(0, code.length() - 3)));
  }

  @Test
  void an_offer_carried_by_hand_is_claimed_on_the_remotes_that_there_are() throws Exception {
    Handoff offer = source.offer(List.of()).offer();
    Permission permission = destination('b').claim(Site.carried(offer), Map.of(), remotes);

    assertKind(
        Kind.REFUSED,
        "claimed",
        () -> destination('c').look(Site.carried(offer), Map.of(), List.of(remotes.get(1))));
    permission.spend();
    assertKind(
        Kind.REFUSED,
        "claimed",
        () -> destination('c').claim(Site.carried(offer), Map.of(), remotes));
  }

  @Test
  void no_code_is_shown_once_the_source_ran_again() throws Exception {
    var _ = source.offer(List.of());
    source.lnd.update(4);

    assertKind(Kind.REFUSED, "ran again", () -> new CodeShowing(source.state, source.clock).show());
  }
}

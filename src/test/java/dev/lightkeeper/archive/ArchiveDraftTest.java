package dev.lightkeeper.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passes over volumes that others write to; what is archived is what is there at the last. */
class ArchiveDraftTest {
  @TempDir Path folder;
  private Server server;
  private ArchiveDraft draft;

  @BeforeEach
  void begin() throws Exception {
    server = new Server(folder);
    for (int i = 0; i < 300; i++) {
      server.put("small/" + i, ("content " + i + "\n").repeat(1000));
    }
    server.put(server.data("large"), random(1, 5_000_000));
    server.put("last", "z");
    draft = server.draft();
  }

  @AfterEach
  void end() throws Exception {
    draft.close();
  }

  @Test
  void what_did_not_change_is_not_read_again() throws Exception {
    PassReport first = draft.pass(ArchiveProgress.NONE);
    PassReport second = draft.finalPass(ArchiveProgress.NONE);
    assertThat(first.filesRead()).isEqualTo(302);
    assertThat(first.unsettled()).isZero();
    assertThat(second.filesRead()).isZero();
    assertThat(second.entries()).isEqualTo(first.entries());
    assertHoldsWhatIsThere();
  }

  @Test
  void of_many_files_the_changed_ones_alone_are_read_again() throws Exception {
    PassReport _ = draft.pass(ArchiveProgress.NONE);
    server.put("small/7", "other");
    server.put("small/8", "longer than it was ".repeat(50_000));
    server.put("small/9", "");
    server.put("new/file", "appeared");
    server.put("small/0-new", "appeared");
    Files.delete(server.data("small/10"));
    PassReport second = draft.finalPass(ArchiveProgress.NONE);
    assertThat(second.filesRead()).isEqualTo(5);
    assertThat(second.vanished()).isEqualTo(1);
    assertThat(second.bytesRead()).isEqualTo(5 + 950_000 + 8 + 8);
    assertHoldsWhatIsThere();
  }

  @Test
  void things_that_become_other_things_are_archived_as_what_they_are() throws Exception {
    PassReport _ = draft.pass(ArchiveProgress.NONE);
    Files.delete(server.data("small/1"));
    server.put("small/1/inside", "a folder now");
    Files.delete(server.data("last"));
    Files.createSymbolicLink(server.data("last"), Path.of("large"));
    Shell.run(server.data(""), "rm -r small/2; mkfifo small/2; rm small/3; ln small/4 small/3");
    Files.delete(server.data("large"));
    server.put("large", "small now");
    PassReport _ = draft.finalPass(ArchiveProgress.NONE);
    assertHoldsWhatIsThere();
  }

  @Test
  void owners_and_modes_that_change_are_archived_as_they_are_at_the_last() throws Exception {
    PassReport _ = draft.pass(ArchiveProgress.NONE);
    Shell.run(server.data(""), "chmod 751 small; chmod 600 small/5; touch -d 2001-01-01 small/6");
    PassReport _ = draft.finalPass(ArchiveProgress.NONE);
    assertHoldsWhatIsThere();
  }

  @Test
  void of_a_large_file_the_changed_blocks_are_taken_anew() throws Exception {
    PassReport _ = draft.pass(ArchiveProgress.NONE);
    byte[] content = Files.readAllBytes(server.data("large"));
    content[2_500_000] ^= 1;
    Files.write(server.data("large"), content);
    PassReport _ = draft.finalPass(ArchiveProgress.NONE);
    assertThat(Files.size(folder.resolve("work0/raw"))).isEqualTo(1 << 20);
    assertHoldsWhatIsThere();
  }

  @Test
  void a_large_file_that_grew_shrank_or_filled_with_zeros_is_archived_as_it_is() throws Exception {
    server.put(server.data("grows"), random(2, 1_500_000));
    server.put(server.data("shrinks"), random(3, 4_000_000));
    server.put(server.data("emptied"), random(4, 3_000_000));
    server.put(server.data("filled"), new byte[3_000_000]);
    Server.waitForClock();
    PassReport _ = draft.pass(ArchiveProgress.NONE);
    Files.write(server.data("grows"), random(5, 3_000_000), StandardOpenOption.APPEND);
    Files.write(server.data("shrinks"), random(3, 1_200_000));
    Files.write(server.data("emptied"), new byte[3_000_000]);
    Files.write(server.data("filled"), random(6, 3_000_000));
    PassReport _ = draft.pass(ArchiveProgress.NONE);
    Files.write(server.data("grows"), random(7, 10), StandardOpenOption.APPEND);
    PassReport _ = draft.finalPass(ArchiveProgress.NONE);
    assertHoldsWhatIsThere();
  }

  @Test
  void a_write_through_a_memory_map_is_seen_though_its_page_was_dirty() throws Exception {
    Path mapped = server.put("mapped", "x".repeat(8192));
    try (FileChannel channel =
        FileChannel.open(mapped, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, 8192);
      map.put(0, (byte) '1');
      Server.waitForClock();
      PassReport _ = draft.pass(ArchiveProgress.NONE);
      map.put(1, (byte) '2');
      PassReport second = draft.finalPass(ArchiveProgress.NONE);
      assertThat(second.filesRead()).isEqualTo(1);
      assertHoldsWhatIsThere();
    }
  }

  @Test
  void a_large_file_with_dirty_mapped_pages_is_settled_and_its_next_write_is_seen()
      throws Exception {
    Path mapped = server.put(server.data("mapped"), random(9, 3_000_000));
    try (FileChannel channel =
        FileChannel.open(mapped, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, 3_000_000);
      map.put(2_500_000, (byte) 1);
      Server.waitForClock();
      PassReport first = draft.pass(ArchiveProgress.NONE);
      assertThat(first.unsettled()).isZero();
      map.put(2_500_001, (byte) 2);
      PassReport _ = draft.finalPass(ArchiveProgress.NONE);
      assertHoldsWhatIsThere();
    }
  }

  @Test
  void a_file_written_just_now_is_read_again() throws Exception {
    Path fresh = server.put("small/fresh", "written");
    Server.waitForClock();
    ArchiveProgress writer =
        (_, name) -> {
          if (name.toString().endsWith("/small/298")) {
            write(fresh, "just written");
          }
        };
    PassReport first = draft.pass(writer);
    PassReport second = draft.finalPass(ArchiveProgress.NONE);
    assertThat(first.unsettled()).isEqualTo(1);
    assertThat(second.filesRead()).isEqualTo(1);
    assertHoldsWhatIsThere();
  }

  @Test
  void a_file_that_shrinks_and_grows_all_the_time_breaks_no_archive() throws Exception {
    Path restless = server.put(server.data("restless"), random(8, 3_000_000));
    AtomicBoolean stop = new AtomicBoolean();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; !stop.get(); i++) {
                    write(restless, "y".repeat(i % 2 == 0 ? 10 : 3_000_000));
                  }
                });
    try {
      PassReport _ = draft.pass(ArchiveProgress.NONE);
      PassReport _ = draft.finalPass(ArchiveProgress.NONE);
    } finally {
      stop.set(true);
      writer.join();
    }
    SealedArchive sealed = server.seal(draft, null);
    VerifiedArchive verified = ArchiveVerifier.of(sealed, null).verify(ArchiveProgress.NONE);
    assertThat(verified.entries()).isEqualTo(sealed.entries());
    assertThat(Shell.lines(folder, "tar -tzf \"$1\"", sealed.partial()))
        .hasSize((int) sealed.entries());
  }

  @Test
  void a_file_that_vanishes_during_the_walk_is_left_out() throws Exception {
    ArchiveProgress remover =
        (_, name) -> {
          if (name.toString().endsWith("/small/100")) {
            delete(server.data("small/101"));
          }
        };
    PassReport report = draft.finalPass(remover);
    assertThat(report.filesRead()).isEqualTo(301);
    // The folder's time is that of before: its entry came first, as in any tar.
    assertHoldsWhatIsThere("without times");
  }

  @Test
  void hard_links_stay_links_when_their_first_name_goes() throws Exception {
    Shell.run(server.data(""), "echo x > b; ln b a; ln b small/c");
    Server.waitForClock();
    PassReport _ = draft.pass(ArchiveProgress.NONE);
    Files.delete(server.data("a"));
    PassReport _ = draft.finalPass(ArchiveProgress.NONE);
    assertHoldsWhatIsThere();
  }

  @Test
  void secrets_are_archived_and_a_link_among_them_is_refused() throws Exception {
    Path secrets = Files.createDirectories(folder.resolve("Secrets"));
    Files.writeString(secrets.resolve("key"), "k");
    ArchiveSources sources =
        new ArchiveSources(server.root, secrets, new BtcpayLayout(ArchiveMode.BACKUP));
    try (ArchiveDraft withSecrets = server.draft(sources)) {
      PassReport _ = withSecrets.finalPass(ArchiveProgress.NONE);
      SealedArchive sealed = server.seal(withSecrets, null);
      assertThat(Shell.lines(folder, "tar -tvzf \"$1\" | grep secrets", sealed.partial()))
          .satisfiesExactly(
              l -> assertThat(l).startsWith("drwx------").endsWith(" secrets/"),
              l -> assertThat(l).startsWith("-rw-r--r--").endsWith(" secrets/key"));
    }
    Files.createSymbolicLink(secrets.resolve("link"), Path.of("/etc/passwd"));
    try (ArchiveDraft refused = server.draft(sources)) {
      assertThatThrownBy(() -> refused.pass(ArchiveProgress.NONE))
          .isInstanceOfSatisfying(
              ArchiveException.class,
              e -> assertThat(e.kind()).isEqualTo(ArchiveException.Kind.SECRETS_REFUSED));
    }
  }

  @Test
  void a_dump_that_was_not_completed_is_no_part_of_it() throws Exception {
    try (DumpStream dump = draft.dump(Dump.MARIADB)) {
      dump.write("half".getBytes(UTF_8));
    }
    PassReport _ = draft.finalPass(ArchiveProgress.NONE);
    SealedArchive sealed = server.seal(draft, null);
    assertThat(Shell.lines(folder, "tar -tzf \"$1\"", sealed.partial()))
        .contains("postgres.sql.gz")
        .doesNotContain("mariadb.sql.gz");
  }

  @Test
  void nothing_stays_of_the_work_folder_and_what_is_sealed_is_private() throws Exception {
    PassReport _ = draft.finalPass(ArchiveProgress.NONE);
    SealedArchive sealed = server.seal(draft, null);
    Path _ = sealed.describe(Map.of());
    draft.close();
    assertThat(folder.resolve("work0")).doesNotExist();
    assertThat(Shell.lines(folder, "stat -c '%a %n' backup*"))
        .containsExactly("600 backup1.tar.gz.json.partial", "600 backup1.tar.gz.partial");
    draft = server.draft();
  }

  private void assertHoldsWhatIsThere(String... more) throws Exception {
    SealedArchive sealed = server.seal(draft, null);
    VerifiedArchive _ = ArchiveVerifier.of(sealed, null).verify(ArchiveProgress.NONE);
    Path out = Files.createDirectories(folder.resolve("out"));
    Shell.run(folder, "tar --numeric-owner -xpzf \"$1\" -C \"$2\"", sealed.partial(), out);
    Path script = folder.resolve("tree.py");
    Files.writeString(script, Shell.TREE);
    String tree = "python3 \"$1\" \"$2\" " + (more.length == 0 ? "" : "without-times");
    assertThat(Shell.lines(folder, tree, script, out.resolve("volumes")))
        .isEqualTo(Shell.lines(folder, tree, script, server.volumes));
  }

  private static byte[] random(int seed, int size) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    Arrays.fill(content, 0, size / 3, (byte) seed);
    return content;
  }

  private static void write(Path path, String content) {
    try {
      Files.writeString(path, content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.StoredArchive;
import dev.lightkeeper.remote.Transfer;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.TcpProxy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Archives on their way over a real SSH server while something goes wrong. */
class ShippingTest {
  private static final ArchiveName NAME =
      new ArchiveName(Instant.parse("2026-11-23T02:15:00Z"), false, true);
  private static final int SEGMENT = 8 << 20;
  private static final int SIZE = 6 * SEGMENT + 12_345;
  // What two threads had under way when the connection broke, and SSH's own part.
  private static final long UNDER_WAY = 2L * SEGMENT + (2 << 20);

  @TempDir Path dir;

  @Test
  void a_dropped_link_is_made_again_and_the_upload_continues() throws Exception {
    Path archive = archive(1);
    try (RealSshd sshd = RealSshd.start(dir.resolve("sshd"));
        TcpProxy proxy = TcpProxy.to(sshd.port())) {
      proxy.dropAfter(5L * SEGMENT);
      Thread healer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    awaitBytes(proxy, 5L * SEGMENT);
                    heal(proxy);
                  });
      upload(sshd, proxy, archive, Duration.ofSeconds(30));
      healer.join();

      assertThere(sshd, archive);
      assertThat(proxy.forwarded()).isLessThan(SIZE + UNDER_WAY);
    }
  }

  @Test
  void a_killed_process_is_continued_by_another() throws Exception {
    Path archive = archive(2);
    try (RealSshd sshd = RealSshd.start(dir.resolve("sshd"));
        TcpProxy proxy = TcpProxy.to(sshd.port())) {
      try (ChildUpload child =
          ChildUpload.start(
              archive,
              NAME,
              progress(),
              SEGMENT * 2L,
              sshd.target(proxy.port()),
              dir.resolve("child.log"))) {
        Awaitility.await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> noted() >= 5 || !child.running());
        assertThat(child.running()).as("killed in the middle").isTrue();
      }
      assertThat(sshd.root().resolve("archives").resolve(NAME.fileName())).doesNotExist();

      upload(sshd, proxy, archive, Duration.ofSeconds(5));

      assertThere(sshd, archive);
      assertThat(proxy.forwarded()).isLessThan(SIZE + UNDER_WAY);
    }
  }

  @Test
  void what_is_damaged_there_before_it_is_whole_is_found_and_sent_again() throws Exception {
    Path archive = archive(3);
    try (RealSshd sshd = RealSshd.start(dir.resolve("sshd"));
        TcpProxy proxy = TcpProxy.to(sshd.port())) {
      breakOff(sshd, proxy, archive);
      try (RandomAccessFile part = new RandomAccessFile(part(sshd).toFile(), "rw")) {
        part.seek(1_000);
        int was = part.read();
        part.seek(1_000);
        part.write(was ^ 1);
      }
      upload(sshd, proxy, archive, Duration.ofSeconds(5));
      assertThere(sshd, archive);
    }
  }

  @Test
  void an_archive_that_changed_here_meanwhile_is_sent_anew() throws Exception {
    Path archive = archive(4);
    try (RealSshd sshd = RealSshd.start(dir.resolve("sshd"));
        TcpProxy proxy = TcpProxy.to(sshd.port())) {
      breakOff(sshd, proxy, archive);
      Path old = part(sshd);
      Files.delete(archive);
      archive(5);
      Path other = Files.move(dir.resolve("archive-5"), archive);

      upload(sshd, proxy, other, Duration.ofSeconds(5));

      assertThere(sshd, other);
      assertThat(old).doesNotExist();
    }
  }

  @Test
  void an_unfinished_file_that_is_gone_is_begun_anew() throws Exception {
    Path archive = archive(6);
    try (RealSshd sshd = RealSshd.start(dir.resolve("sshd"));
        TcpProxy proxy = TcpProxy.to(sshd.port())) {
      breakOff(sshd, proxy, archive);
      Files.delete(part(sshd));
      upload(sshd, proxy, archive, Duration.ofSeconds(5));
      assertThere(sshd, archive);
    }
  }

  @Test
  void a_write_once_server_gets_the_whole_archive_in_the_end() throws Exception {
    Path archive = archive(7);
    try (RealSshd sshd = RealSshd.startObeyingModes(dir.resolve("sshd"), RealSshd.WRITE_ONCE);
        TcpProxy proxy = TcpProxy.to(sshd.port())) {
      // As the account is set up: a folder made through it could not be written to.
      Files.createDirectory(sshd.root().resolve("archives"));
      breakOff(sshd, proxy, archive);
      Path unfinished = part(sshd);

      upload(sshd, proxy, archive, Duration.ofSeconds(5));

      assertThat(sshd.root().resolve("archives").resolve(NAME.fileName()))
          .hasSameBinaryContentAs(archive);
      assertThat(unfinished).as("nothing can be removed there").exists();
      assertThat(Files.getPosixFilePermissions(unfinished)).hasSize(1);
    }
  }

  @Test
  void a_dead_peer_is_noticed_and_the_local_archive_stays() throws Exception {
    Path archive = archive(8);
    try (RealSshd sshd = RealSshd.start(dir.resolve("sshd"));
        TcpProxy proxy = TcpProxy.to(sshd.port())) {
      proxy.blackHole();
      assertThatThrownBy(() -> upload(sshd, proxy, archive, Duration.ZERO))
          .isInstanceOfSatisfying(
              RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
      proxy.heal();
    }
    assertThat(archive).hasSize(SIZE);
  }

  @Test
  @EnabledIf(value = "dev.lightkeeper.survival.SmallDisk#possible", disabledReason = SmallDisk.WHY)
  void a_full_disk_is_said_and_left_free_for_channel_backups() throws Exception {
    Path archive = archive(9);
    try (RealSshd sshd = RealSshd.start(dir.resolve("sshd"));
        TcpProxy proxy = TcpProxy.to(sshd.port());
        SmallDisk _ = SmallDisk.at(sshd.root(), "20m")) {
      assertThatThrownBy(() -> upload(sshd, proxy, archive, Duration.ZERO))
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> {
                assertThat(e.kind()).as(e.what()).isEqualTo(Kind.NO_SPACE);
                assertThat(e.remedy()).isNotBlank();
              });
      assertThat(sshd.root().resolve("archives")).isEmptyDirectory();
    }
    assertThat(archive).hasSize(SIZE);
  }

  @Test
  void a_broken_download_continues() throws Exception {
    Path archive = archive(10);
    Path back = dir.resolve("back");
    try (RealSshd sshd = RealSshd.start(dir.resolve("sshd"));
        TcpProxy proxy = TcpProxy.to(sshd.port());
        ArchiveShelf shelf = new SftpRemote("offsite", sshd.target(proxy.port())).archives()) {
      upload(sshd, proxy, archive, Duration.ofSeconds(5));
      Sha256 hash = Sha256.of(Files.readAllBytes(archive));
      Transfer cut =
          new Transfer(
              progress(),
              Duration.ZERO,
              dev.lightkeeper.remote.RateLimit.none(),
              (moved, _, _) -> {
                if (moved >= 3L * SEGMENT) {
                  proxy.dropAll();
                }
              });
      assertThatThrownBy(() -> shelf.download(NAME, back, hash, cut))
          .isInstanceOf(RemoteException.class);
      assertThat(back).doesNotExist();
      assertThat(Files.readAllLines(progress().resolve("back.download")))
          .hasSizeGreaterThanOrEqualTo(5);

      shelf.download(NAME, back, hash, transfer(Duration.ofSeconds(5)));
    }
    assertThat(back).hasSameBinaryContentAs(archive);
    assertThat(dir.resolve("back.part")).doesNotExist();
  }

  private void breakOff(RealSshd sshd, TcpProxy proxy, Path archive) throws IOException {
    proxy.dropAfter(5L * SEGMENT);
    assertThatThrownBy(() -> upload(sshd, proxy, archive, Duration.ZERO))
        .isInstanceOfSatisfying(
            RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
    proxy.heal();
    assertThat(noted()).isPositive();
  }

  private void upload(RealSshd sshd, TcpProxy proxy, Path archive, Duration patience)
      throws Exception {
    try (ArchiveShelf shelf = new SftpRemote("offsite", sshd.target(proxy.port())).archives()) {
      byte[] manifest =
          new ArchiveManifest(Files.size(archive), Sha256.of(Files.readAllBytes(archive))).toJson();
      shelf.upload(archive, NAME, manifest, transfer(patience));
      assertThat(shelf.list()).contains(new StoredArchive(NAME, Files.size(archive), true));
    }
  }

  private Transfer transfer(Duration patience) {
    return Transfer.plain(progress(), patience);
  }

  private static void assertThere(RealSshd sshd, Path archive) throws IOException {
    Path folder = sshd.root().resolve("archives");
    assertThat(folder.resolve(NAME.fileName())).hasSameBinaryContentAs(archive);
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> String.valueOf(f.getFileName())))
          .containsExactlyInAnyOrder(NAME.fileName(), NAME.manifestName());
    }
  }

  private static Path part(RealSshd sshd) throws IOException {
    try (var files = Files.list(sshd.root().resolve("archives"))) {
      List<Path> parts = files.filter(f -> f.toString().endsWith(".part")).toList();
      assertThat(parts).hasSize(1);
      return parts.getFirst();
    }
  }

  private Path progress() {
    return dir.resolve("progress");
  }

  private long noted() throws IOException {
    Path notes = progress().resolve(NAME.fileName() + ".upload");
    if (!Files.exists(notes)) {
      return 0;
    }
    try (var lines = Files.lines(notes)) {
      return lines.filter(l -> l.endsWith(" through")).count();
    }
  }

  private Path archive(int seed) throws IOException {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return Files.write(dir.resolve("archive-" + seed), bytes);
  }

  private static void awaitBytes(TcpProxy proxy, long bytes) {
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> proxy.forwarded() >= bytes);
  }

  private static void heal(TcpProxy proxy) {
    try {
      proxy.dropAll();
      proxy.heal();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

package dev.lightkeeper.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.testing.RealSshd;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every remote promises about archives, tried on each kind of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchiveShelfContractTest {
  private final List<AutoCloseable> servers = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private Path local = Path.of("/nonexistent");
  private int names;

  /** A remote and where its files are. */
  record Place(String name, Remote remote, Path root, boolean writeOnce) {
    @Override
    public String toString() {
      return name;
    }

    Path file(String fileName) {
      return root.resolve("archives").resolve(fileName);
    }
  }

  @BeforeAll
  void startServers(@TempDir Path dir) throws Exception {
    local = Files.createDirectory(dir.resolve("local"));
    Path disk = Files.createDirectory(dir.resolve("disk"));
    RealSshd sshd = RealSshd.start(dir.resolve("sshd"));
    RealSshd writeOnce = RealSshd.start(dir.resolve("once"), RealSshd.WRITE_ONCE);
    RealSshd plain = RealSshd.start(dir.resolve("plain"), RealSshd.WITHOUT_EXTENSIONS);
    servers.addAll(List.of(sshd, writeOnce, plain));
    places.add(new Place("directory", new DirectoryRemote("disk", disk), disk, false));
    places.add(new Place("OpenSSH", sshd.remote("sshd"), sshd.root(), false));
    places.add(new Place("write-once OpenSSH", writeOnce.remote("once"), writeOnce.root(), true));
    places.add(new Place("SFTP without extensions", plain.remote("plain"), plain.root(), false));
  }

  @AfterAll
  void stopServers() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  Stream<Place> places() {
    return places.stream();
  }

  private ArchiveName freshName() {
    names++;
    return new ArchiveName(
        Instant.parse("2026-11-23T02:15:00Z").plusSeconds(names), false, names % 2 == 0);
  }

  private Path archive(long seed, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return Files.write(local.resolve("archive-" + seed + "-" + size), bytes);
  }

  private static byte[] manifest(Path archive) throws IOException {
    return new ArchiveManifest(Files.size(archive), Sha256.of(Files.readAllBytes(archive)))
        .toJson();
  }

  private Transfer transfer() {
    return Transfer.plain(local.resolve("progress"), Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @MethodSource("places")
  void what_is_uploaded_is_listed_and_comes_back(Place place) throws Exception {
    ArchiveName name = freshName();
    Path archive = archive(1, 20_000_001);
    byte[] manifest = manifest(archive);
    Path back = local.resolve("back-" + names);
    try (ArchiveShelf shelf = place.remote().archives()) {
      shelf.upload(archive, name, manifest, transfer());

      assertThat(shelf.list()).contains(new StoredArchive(name, 20_000_001, true));
      assertThat(shelf.manifest(name)).isEqualTo(manifest);
      shelf.download(name, back, ArchiveManifest.parse(manifest).orElseThrow().hash(), transfer());
    }
    assertThat(back).hasSameBinaryContentAs(archive);
    assertThat(place.file(name.fileName())).hasSameBinaryContentAs(archive);
    try (var files = Files.list(place.file(""))) {
      assertThat(files)
          .noneMatch(f -> f.toString().contains(name + ".") && f.toString().endsWith(".part"));
    }
    assertThat(local.resolve("progress").resolve(name + ".upload")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("places")
  void an_empty_archive_is_one_too(Place place) throws Exception {
    ArchiveName name = freshName();
    Path archive = archive(2, 0);
    try (ArchiveShelf shelf = place.remote().archives()) {
      shelf.upload(archive, name, manifest(archive), transfer());
      assertThat(shelf.list()).contains(new StoredArchive(name, 0, true));
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void uploading_again_is_harmless(Place place) throws Exception {
    ArchiveName name = freshName();
    Path archive = archive(3, 100_000);
    try (ArchiveShelf shelf = place.remote().archives()) {
      shelf.upload(archive, name, manifest(archive), transfer());
      shelf.upload(archive, name, manifest(archive), transfer());
      assertThat(shelf.list()).filteredOn(a -> a.name().equals(name)).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void another_archive_of_the_same_name_is_never_overwritten(Place place) throws Exception {
    ArchiveName name = freshName();
    Path first = archive(4, 100_000);
    Path second = archive(5, 100_000);
    try (ArchiveShelf shelf = place.remote().archives()) {
      shelf.upload(first, name, manifest(first), transfer());
      assertThatThrownBy(() -> shelf.upload(second, name, manifest(second), transfer()))
          .isInstanceOf(RemoteException.class);
    }
    assertThat(place.file(name.fileName())).hasSameBinaryContentAs(first);
  }

  @ParameterizedTest
  @MethodSource("places")
  void one_that_has_its_name_and_no_manifest_is_verified_and_completed(Place place)
      throws Exception {
    ArchiveName name = freshName();
    Path archive = archive(6, 9_000_000);
    try (ArchiveShelf shelf = place.remote().archives()) {
      assertThat(shelf.list()).isNotNull(); // makes the folder
      Files.copy(archive, place.file(name.fileName()));
      assertThat(shelf.list()).contains(new StoredArchive(name, 9_000_000, false));

      shelf.upload(archive, name, manifest(archive), transfer());

      assertThat(shelf.list()).contains(new StoredArchive(name, 9_000_000, true));
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void one_that_has_its_name_and_other_content_is_never_completed(Place place) throws Exception {
    ArchiveName name = freshName();
    Path archive = archive(7, 9_000_000);
    try (ArchiveShelf shelf = place.remote().archives()) {
      assertThat(shelf.list()).isNotNull();
      Files.copy(archive(8, 9_000_000), place.file(name.fileName()));
      assertThatThrownBy(() -> shelf.upload(archive, name, manifest(archive), transfer()))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("is another file");
      assertThat(shelf.list()).contains(new StoredArchive(name, 9_000_000, false));
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void an_archive_that_is_not_what_its_manifest_says_is_not_sent(Place place) throws Exception {
    ArchiveName name = freshName();
    Path archive = archive(9, 50_000);
    byte[] manifest = manifest(archive(10, 50_000));
    try (ArchiveShelf shelf = place.remote().archives()) {
      assertThatThrownBy(() -> shelf.upload(archive, name, manifest, transfer()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged since it was written");
      assertThat(shelf.list()).noneMatch(a -> a.name().equals(name));
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void one_damaged_there_is_not_delivered(Place place) throws Exception {
    ArchiveName name = freshName();
    Path archive = archive(11, 9_000_000);
    Path back = local.resolve("damaged-" + names);
    try (ArchiveShelf shelf = place.remote().archives()) {
      shelf.upload(archive, name, manifest(archive), transfer());
      byte[] content = Files.readAllBytes(archive);
      content[8_500_000] ^= 1;
      Files.write(place.file(name.fileName()), content);

      assertThatThrownBy(
              () -> shelf.download(name, back, Sha256.of(Files.readAllBytes(archive)), transfer()))
          .isInstanceOfSatisfying(
              RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TORN));
    }
    assertThat(back).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("places")
  void a_download_overwrites_nothing(Place place) throws Exception {
    ArchiveName name = freshName();
    Path archive = archive(12, 1_000);
    Path mine = Files.writeString(local.resolve("mine-" + names), "mine");
    try (ArchiveShelf shelf = place.remote().archives()) {
      shelf.upload(archive, name, manifest(archive), transfer());
      assertThatThrownBy(() -> shelf.download(name, mine, null, transfer()))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(mine).hasContent("mine");
  }

  @ParameterizedTest
  @MethodSource("places")
  void what_is_not_there_is_not_found(Place place) throws Exception {
    ArchiveName name = freshName();
    try (ArchiveShelf shelf = place.remote().archives()) {
      assertThatThrownBy(() -> shelf.manifest(name))
          .isInstanceOfSatisfying(
              RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
      assertThatThrownBy(
              () -> shelf.download(name, local.resolve("none-" + names), null, transfer()))
          .isInstanceOfSatisfying(
              RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void one_is_removed_with_its_manifest_unless_the_server_refuses(Place place) throws Exception {
    ArchiveName name = freshName();
    Path archive = archive(13, 1_000);
    try (ArchiveShelf shelf = place.remote().archives()) {
      shelf.upload(archive, name, manifest(archive), transfer());

      assertThat(shelf.remove(name)).isEqualTo(!place.writeOnce());
      assertThat(shelf.list().stream().anyMatch(a -> a.name().equals(name)))
          .isEqualTo(place.writeOnce());
      assertThat(Files.exists(place.file(name.manifestName()))).isEqualTo(place.writeOnce());
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void files_that_are_no_archives_are_neither_listed_nor_removed(Place place) throws Exception {
    try (ArchiveShelf shelf = place.remote().archives()) {
      assertThat(shelf.list()).isNotNull();
      Path notes = Files.writeString(place.file("notes.txt"), "mine");
      Path archive = archive(14, 1_000);
      shelf.upload(archive, freshName(), manifest(archive), transfer());
      assertThat(shelf.list()).noneMatch(a -> a.name().fileName().contains("notes"));
      assertThat(notes).hasContent("mine");
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void free_space_is_told_where_it_is_known(Place place) throws Exception {
    try (ArchiveShelf shelf = place.remote().archives()) {
      assertThat(shelf.free().isPresent()).isEqualTo(!place.name().contains("without"));
      shelf.free().ifPresent(free -> assertThat(free).isPositive());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20261123T021500Z-backup.tar.gz",
        "20261123T021500Z-backup.tar.gz.gpg",
        "20261123T021500Z-backup-migrate.tar.gz",
        "20261123T021500Z-backup-migrate.tar.gz.gpg"
      })
  void a_name_says_what_it_names(String text) {
    ArchiveName name = ArchiveName.parse(text).orElseThrow();
    assertThat(name.fileName()).isEqualTo(text);
    assertThat(name.time()).isEqualTo(Instant.parse("2026-11-23T02:15:00Z"));
    assertThat(name.migration()).isEqualTo(text.contains("migrate"));
    assertThat(name.encrypted()).isEqualTo(text.endsWith("gpg"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "backup.tar.gz",
        "20261323T021500Z-backup.tar.gz",
        "20261123T021500Z-backup.tar.gz.gpg.json",
        "20261123T021500Z-backup.tar.gz.gpg.0123456789abcdef01234567.part"
      })
  void other_names_name_no_archive(String text) {
    assertThat(ArchiveName.parse(text)).isEmpty();
  }
}

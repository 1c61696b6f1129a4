package dev.lightkeeper.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.testing.RealSshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every remote promises, tried on each kind of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteContractTest {
  private static final Instant TIME = Instant.parse("2026-11-23T10:45:00.123Z");

  private final List<AutoCloseable> servers = new ArrayList<>();
  private final Map<String, Place> places = new LinkedHashMap<>();
  private int nodes;

  /** A remote and where its files are. */
  record Place(String name, Remote remote, Path root, boolean writeOnce) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  void startServers(@TempDir Path dir) throws Exception {
    Path disk = Files.createDirectory(dir.resolve("disk"));
    RealSshd sshd = RealSshd.start(dir.resolve("sshd"));
    RealSshd writeOnce = RealSshd.startObeyingModes(dir.resolve("once"), RealSshd.WRITE_ONCE);
    Files.createDirectory(writeOnce.root().resolve("incoming"));
    RealSshd plain = RealSshd.start(dir.resolve("plain"), RealSshd.WITHOUT_EXTENSIONS);
    servers.addAll(List.of(sshd, writeOnce, plain));
    add(new Place("directory", new DirectoryRemote("disk", disk), disk, false));
    add(new Place("OpenSSH", sshd.remote("sshd"), sshd.root(), false));
    add(new Place("write-once OpenSSH", writeOnce.remote("once"), writeOnce.root(), true));
    add(new Place("SFTP without extensions", plain.remote("plain"), plain.root(), false));
  }

  @AfterAll
  void stopServers() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  private void add(Place place) {
    places.put(place.name(), place);
  }

  Stream<Place> places() {
    return places.values().stream();
  }

  private NodeName freshNode() {
    return new NodeName("node-" + nodes++);
  }

  /** A fresh one; on a write-once account with the folders that its operator has to make. */
  private NodeName preparedNode(Place place) throws IOException {
    NodeName node = freshNode();
    if (place.writeOnce()) {
      Files.createDirectories(versions(place, node));
      Files.createDirectory(place.root().resolve(node.value()).resolve("handoff"));
    }
    return node;
  }

  private static ChannelBackup backup(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return ChannelBackup.of(bytes);
  }

  private static Version version(long sequence, ChannelBackup backup) {
    return new Version(sequence, TIME, backup.hash());
  }

  @ParameterizedTest
  @MethodSource("places")
  void what_is_published_is_listed_and_reads_back(Place place) throws Exception {
    NodeName node = preparedNode(place);
    ChannelBackup first = backup(1, 4_000);
    ChannelBackup second = backup(2, 700_001);
    try (RemoteSession session = place.remote().connect()) {
      session.prepare(node);
      session.publish(node, version(2, second), second);
      session.publish(node, version(1, first), first);

      assertThat(session.versions(node)).containsExactly(version(1, first), version(2, second));
      assertThat(session.read(node, version(1, first))).isEqualTo(first);
      assertThat(session.read(node, version(2, second))).isEqualTo(second);
      assertThat(session.nodes()).contains(node);
    }
    assertThat(file(place, node, version(2, second))).hasBinaryContent(second.bytes());
  }

  @ParameterizedTest
  @MethodSource("places")
  void an_empty_backup_is_a_version_too(Place place) throws Exception {
    NodeName node = preparedNode(place);
    ChannelBackup empty = ChannelBackup.of(new byte[0]);
    try (RemoteSession session = place.remote().connect()) {
      session.prepare(node);
      session.publish(node, version(1, empty), empty);
      assertThat(session.read(node, version(1, empty))).isEqualTo(empty);
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void preparing_and_publishing_again_is_harmless(Place place) throws Exception {
    NodeName node = preparedNode(place);
    ChannelBackup backup = backup(3, 5_000);
    try (RemoteSession session = place.remote().connect()) {
      for (int i = 0; i < 3; i++) {
        session.prepare(node);
        session.publish(node, version(7, backup), backup);
      }
      assertThat(session.versions(node)).containsExactly(version(7, backup));
      assertThat(session.read(node, version(7, backup))).isEqualTo(backup);
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void a_node_without_a_folder_has_no_versions_and_no_writers(Place place) throws Exception {
    NodeName node = freshNode();
    try (RemoteSession session = place.remote().connect()) {
      assertThat(session.versions(node)).isEmpty();
      assertThat(session.writers(node)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void names_that_state_no_version_are_ignored(Place place) throws Exception {
    NodeName node = preparedNode(place);
    try (RemoteSession session = place.remote().connect()) {
      session.prepare(node);
      Files.writeString(versions(place, node).resolve("notes.txt"), "hello");
      Files.writeString(place.root().resolve("README"), "hello");
      Files.createDirectories(place.root().resolve("incoming"));

      assertThat(session.versions(node)).isEmpty();
      assertThat(session.nodes()).extracting(NodeName::value).doesNotContain("README", "incoming");
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void a_missing_version_and_a_torn_one_are_told_apart(Place place) throws Exception {
    NodeName node = preparedNode(place);
    ChannelBackup backup = backup(4, 5_000);
    try (RemoteSession session = place.remote().connect()) {
      session.prepare(node);
      assertThatThrownBy(() -> session.read(node, version(1, backup)))
          .isInstanceOfSatisfying(
              RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));

      Files.write(file(place, node, version(1, backup)), new byte[100]);
      assertThatThrownBy(() -> session.read(node, version(1, backup)))
          .isInstanceOfSatisfying(
              RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TORN));
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void a_torn_file_under_the_final_name_does_not_keep_a_version_away(Place place) throws Exception {
    NodeName node = preparedNode(place);
    ChannelBackup backup = backup(5, 5_000);
    Version version = version(1, backup);
    try (RemoteSession session = place.remote().connect()) {
      session.prepare(node);
      Files.write(file(place, node, version), new byte[100]);

      Version kept = session.publish(node, version, backup);

      assertThat(kept).isEqualTo(place.writeOnce() ? version.renamed() : version);
      assertThat(session.versions(node)).contains(kept);
      assertThat(session.read(node, kept)).isEqualTo(backup);
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void publishing_without_the_folder_says_not_found(Place place) throws Exception {
    NodeName node = freshNode();
    ChannelBackup backup = backup(6, 50);
    try (RemoteSession session = place.remote().connect()) {
      assertThatThrownBy(() -> session.publish(node, version(1, backup), backup))
          .isInstanceOfSatisfying(
              RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
      assertThat(session.alive()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void the_newest_copy_is_replaced_unless_the_server_refuses(Place place) throws Exception {
    NodeName node = preparedNode(place);
    Path newest = place.root().resolve(node.value()).resolve("channel.backup");
    try (RemoteSession session = place.remote().connect()) {
      session.prepare(node);
      boolean replaces = session.features().replace();

      assertThat(session.replaceNewest(node, backup(7, 9_000))).isEqualTo(replaces);
      assertThat(session.replaceNewest(node, backup(8, 200))).isEqualTo(replaces);

      if (replaces) {
        assertThat(newest).hasBinaryContent(backup(8, 200).bytes());
      } else {
        assertThat(newest).doesNotExist();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void every_writer_stays_known(Place place) throws Exception {
    NodeName node = preparedNode(place);
    Writer first = new Writer("a".repeat(32), "alpha", TIME);
    Writer second = new Writer("b".repeat(32), "beta \"quoted\"", TIME.plusSeconds(5));
    try (RemoteSession session = place.remote().connect()) {
      session.prepare(node);
      session.announce(node, first);
      session.announce(node, first);
      assertThat(session.writers(node)).containsExactly(first);

      session.announce(node, second);
      assertThat(session.writers(node)).containsExactly(first, second);
    }
    assertThat(Files.readString(place.root().resolve(node + "/writer.json"), UTF_8))
        .contains("\"id\"", "\"host\"", "\"since\"");
  }

  @ParameterizedTest
  @MethodSource("places")
  void a_note_is_kept_once_and_never_replaced(Place place) throws Exception {
    NodeName node = preparedNode(place);
    Note claim = new Note("claim-" + "a".repeat(32) + ".json", "{\"host\": \"älpha\"}\n");
    Note other = new Note(claim.name(), "{\"host\": \"beta\"}\n");
    try (RemoteSession session = place.remote().connect()) {
      assertThat(session.notes(node)).isEmpty();

      assertThat(session.keepOnce(node, claim)).isTrue();
      assertThat(session.keepOnce(node, claim)).as("repeated").isTrue();
      assertThat(session.keepOnce(node, other)).as("somebody else's").isFalse();

      assertThat(session.notes(node)).containsExactly(claim);
    }
    assertThat(place.root().resolve(node + "/handoff/" + claim.name()))
        .hasBinaryContent(claim.content());
  }

  @ParameterizedTest
  @MethodSource("places")
  void torn_notes_are_listed_and_other_files_are_not(Place place) throws Exception {
    NodeName node = preparedNode(place);
    Note offer = new Note("offer-" + "b".repeat(32) + ".json", "{}\n");
    String torn = "void-" + "b".repeat(32) + ".json";
    try (RemoteSession session = place.remote().connect()) {
      assertThat(session.keepOnce(node, offer)).isTrue();
      Path folder = place.root().resolve(node + "/handoff");
      Files.createFile(folder.resolve(torn));
      Files.writeString(folder.resolve("void-me.json"), "hello");

      assertThat(session.notes(node)).containsExactly(offer, new Note(torn, ""));
      assertThat(session.keepOnce(node, new Note(torn, "{}"))).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void of_many_that_keep_a_note_at_once_one_succeeds(Place place) throws Exception {
    NodeName node = preparedNode(place);
    String name = "claim-" + "c".repeat(32) + ".json";
    try (RemoteSession one = place.remote().connect();
        RemoteSession two = place.remote().connect();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> kept = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        RemoteSession session = i % 2 == 0 ? one : two;
        Note note = new Note(name, "{\"host\": " + i + "}\n");
        kept.add(threads.submit(() -> session.keepOnce(node, note)));
      }
      int succeeded = 0;
      for (Future<Boolean> each : kept) {
        succeeded += each.get() ? 1 : 0;
      }
      assertThat(succeeded).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void a_probe_finds_out_what_the_server_allows(Place place) throws Exception {
    try (RemoteSession session = place.remote().connect()) {
      for (int i = 0; i < 2; i++) {
        Features found = session.probe();
        assertThat(found).isEqualTo(session.features());
        assertThat(found.remove()).isEqualTo(!place.writeOnce());
        assertThat(found.fsync()).isEqualTo(!place.name().contains("without"));
        assertThat(found.notes().isEmpty())
            .isEqualTo(found.fsync() && found.replace() && found.remove());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void many_threads_publish_at_once(Place place) throws Exception {
    NodeName node = preparedNode(place);
    int count = 200;
    try (RemoteSession session = place.remote().connect();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      session.prepare(node);
      List<Future<Void>> done = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        ChannelBackup backup = backup(i, 100 * i);
        Version version = version(i, backup);
        done.add(
            threads.submit(
                () -> {
                  session.publish(node, version, backup);
                  return null;
                }));
      }
      for (Future<Void> one : done) {
        one.get();
      }
      List<Version> versions = session.versions(node);
      assertThat(versions).hasSize(count);
      for (Version version : versions) {
        assertThat(session.read(node, version).size()).isEqualTo(100 * (int) version.sequence());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void a_closed_session_fails_at_once(Place place) throws Exception {
    RemoteSession session = place.remote().connect();
    session.close();
    session.close();
    assertThat(session.alive()).isFalse();
    assertThatThrownBy(session::nodes)
        .isInstanceOfSatisfying(
            RemoteException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
  }

  @ParameterizedTest
  @MethodSource("places")
  void a_missing_target_folder_is_said_and_never_made(Place place) throws Exception {
    Path away = place.root().resolveSibling(place.root().getFileName() + "-away");
    Files.move(place.root(), away);
    try {
      assertThatThrownBy(() -> place.remote().connect())
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
                assertThat(e.remedy()).isNotBlank();
              });
      assertThat(place.root()).doesNotExist();
    } finally {
      Files.move(away, place.root());
    }
  }

  private static Path versions(Place place, NodeName node) {
    return place.root().resolve(node.value()).resolve("versions");
  }

  private static Path file(Place place, NodeName node, Version version) {
    return versions(place, node).resolve(version.fileName());
  }
}

package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.VersionStatus;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.StandInLnd;
import dev.lightkeeper.testing.TcpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A node, a real SSH server behind a network that can be broken, and an installation in between.
 *
 * <p>After each test it checks what must hold whatever broke: every version that was ever valid on
 * the remote is still there and valid, and so is what the installation takes for acknowledged.
 */
final class Rig implements BeforeEachCallback, AfterEachCallback {
  static final NodeName NODE = new NodeName("alice");
  static final String OFFSITE = "offsite";

  private final String sftpArgs;
  private final List<Parts> made = new ArrayList<>(1);

  private record Parts(
      Path home,
      StandInLnd lnd,
      RealSshd sshd,
      TcpProxy proxy,
      SftpRemote remote,
      RemoteFolder folder,
      Installation installation) {}

  Rig() {
    this("");
  }

  /**
   * With arguments for the server's internal-sftp; with {@link RealSshd#WRITE_ONCE} its account is
   * set up as {@code init} says.
   */
  Rig(String sftpArgs) {
    this.sftpArgs = sftpArgs;
  }

  private boolean writeOnce() {
    return sftpArgs.equals(RealSshd.WRITE_ONCE);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    Path home = Files.createTempDirectory("survival-").toRealPath();
    StandInLnd lnd = new StandInLnd(home.resolve("node"));
    RealSshd sshd =
        writeOnce()
            ? RealSshd.startObeyingModes(home.resolve("server"), sftpArgs)
            : RealSshd.start(home.resolve("server"), sftpArgs);
    TcpProxy proxy = TcpProxy.to(sshd.port());
    SftpRemote remote = new SftpRemote(OFFSITE, sshd.target(proxy.port()));
    made.add(
        new Parts(
            home,
            lnd,
            sshd,
            proxy,
            remote,
            new RemoteFolder(sshd.root(), NODE),
            new Installation(
                home.resolve("state"), new Node(NODE, NodeKind.LND, lnd.file()), List.of(remote))));
    if (writeOnce()) {
      makeAccountFolders();
    }
  }

  /** Those that the account could make itself would be closed to it. */
  void makeAccountFolders() throws IOException {
    for (String name : List.of("incoming", NODE.value() + "/versions", NODE.value() + "/handoff")) {
      Files.createDirectories(sshd().root().resolve(name));
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    Parts p = made.removeFirst();
    try {
      check(p);
    } finally {
      p.installation.close();
      p.proxy.close();
      p.sshd.close();
      removeTree(p.home);
    }
  }

  private static void check(Parts p) {
    assertThat(p.folder.versionsOnDisk()).containsAll(p.folder.everSeen());
    if (p.installation.running()) {
      checkAcknowledged(p);
    }
  }

  private static void checkAcknowledged(Parts p) {
    VersionStatus acknowledged = p.installation.holding(OFFSITE).durable();
    if (acknowledged != null) {
      assertThat(p.folder.versionsOnDisk())
          .anyMatch(
              v ->
                  v.sequence() == acknowledged.sequence()
                      && v.hash().hex().equals(acknowledged.sha256()));
    }
  }

  static void removeTree(Path home) throws IOException {
    try (Stream<Path> tree = Files.walk(home)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private Parts parts() {
    return made.getFirst();
  }

  Path home() {
    return parts().home;
  }

  StandInLnd lnd() {
    return parts().lnd;
  }

  RealSshd sshd() {
    return parts().sshd;
  }

  TcpProxy proxy() {
    return parts().proxy;
  }

  RemoteFolder folder() {
    return parts().folder;
  }

  Installation installation() {
    return parts().installation;
  }

  RecordedAlerts alerts() {
    return installation().alerts();
  }

  /** Another installation, with a node's file and a state folder of its own. */
  Installation installation(String name, Path file, SftpRemote... remotes) {
    return new Installation(
        home().resolve(name), new Node(NODE, NodeKind.LND, file), List.of(remotes));
  }

  /** The remote as the installation reaches it. */
  SftpRemote remote() {
    return parts().remote;
  }

  /** Starts with one version on the remote already. */
  byte[] startWithOneVersion() throws IOException {
    byte[] content = lnd().update(3);
    installation().start();
    awaitDurable(content);
    return content;
  }

  static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(25));
  }

  /** Waits until the newest valid version on the server's disk is {@code content}. */
  void awaitNewestOnDisk(byte[] content) {
    patiently()
        .untilAsserted(
            () -> {
              List<Version> versions = folder().versionsOnDisk();
              assertThat(versions).as("alerts: %s", alerts().raised()).isNotEmpty();
              assertNewest(content, versions);
            });
  }

  /** The same, and until the installation knows it. */
  void awaitDurable(byte[] content) {
    awaitNewestOnDisk(content);
    patiently()
        .untilAsserted(
            () -> {
              HoldingStatus holding = installation().holding(OFFSITE);
              assertThat(holding.upToDate()).isTrue();
              assertThat(holding.durable())
                  .isNotNull()
                  .extracting(VersionStatus::sha256)
                  .isEqualTo(Sha256.of(content).hex());
            });
  }

  static void assertNewest(byte[] content, List<Version> versions) {
    assertThat(versions).isNotEmpty();
    assertThat(versions.getLast().hash()).isEqualTo(Sha256.of(content));
  }

  /** Waits until the watcher has told {@code content}. */
  void awaitObserved(byte[] content) {
    patiently()
        .untilAsserted(
            () ->
                assertThat(installation().report().nodes().getFirst().newest())
                    .isNotNull()
                    .extracting(VersionStatus::sha256)
                    .isEqualTo(Sha256.of(content).hex()));
  }

  void awaitAlert(Alert.Kind kind) {
    patiently().untilAsserted(() -> assertThat(alerts().open()).contains(kind));
  }

  /** Waits until an alert was raised, be it over by now. */
  void awaitAlertOnce(Alert.Kind kind) {
    patiently().untilAsserted(() -> assertThat(alerts().ever()).contains(kind));
  }

  void awaitOver(Alert.Kind kind) {
    patiently().untilAsserted(() -> assertThat(alerts().open()).doesNotContain(kind));
  }

  /** What a client that lists and reads takes for versions is what is valid on the disk. */
  void assertNothingTornCounts() throws RemoteException, InterruptedException {
    try (RemoteSession session = new SftpRemote("reader", sshd().target()).connect()) {
      List<Version> taken = new ArrayList<>();
      for (Version version : session.versions(NODE)) {
        if (isWhole(session, version)) {
          taken.add(version);
        }
      }
      assertThat(taken).isEqualTo(folder().versionsOnDisk());
    }
  }

  private static boolean isWhole(RemoteSession session, Version version) throws RemoteException {
    try {
      return session.read(NODE, version).hash().equals(version.hash());
    } catch (RemoteException e) {
      if (e.kind() == RemoteException.Kind.TORN) {
        return false;
      }
      throw e;
    }
  }

  /** Ends the test's checks early: the file system that holds the versions goes away. */
  void finish() {
    check(parts());
    installation().close();
    folder().forgetAll();
  }

  /** The names of the files in the installation's spool. */
  List<Version> spooled() throws IOException {
    Path spool = installation().state().resolve("spool").resolve(NODE.value());
    if (!Files.isDirectory(spool)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(spool)) {
      return files.flatMap(f -> Version.parse(f.getFileName().toString()).stream()).toList();
    }
  }
}

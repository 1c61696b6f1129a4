package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A mounted disk that answers nothing, as one behind a network does when that is away. */
@EnabledIf(
    value = "dev.lightkeeper.survival.FreezingDisk#possible",
    disabledReason = FreezingDisk.WHY)
class HangingDiskTest {
  @RegisterExtension final Rig rig = new Rig();
  @TempDir Path temp;

  @Test
  void it_holds_up_no_other_remote_and_gets_the_newest_once_it_answers() throws Exception {
    try (FreezingDisk disk = FreezingDisk.at(temp.resolve("disk"))) {
      DirectoryRemote local =
          new DirectoryRemote("disk", temp.resolve("disk"), Duration.ofSeconds(2));
      try (Installation installation =
          new Installation(
              rig.home().resolve("two"),
              new Node(Rig.NODE, NodeKind.LND, rig.lnd().file()),
              List.of(rig.remote(), local))) {
        rig.lnd().update(1);
        installation.start();
        Rig.patiently().until(() -> upToDate(installation, "disk"));

        disk.freeze();
        for (int i = 2; i <= 6; i++) {
          byte[] newest = rig.lnd().update(i);
          rig.awaitNewestOnDisk(newest);
          Rig.patiently().until(() -> upToDate(installation, Rig.OFFSITE));
        }
        Rig.patiently()
            .untilAsserted(
                () ->
                    assertThat(installation.remote("disk").lastError())
                        .contains("does not answer"));
        disk.thaw();

        Rig.patiently().until(() -> upToDate(installation, "disk"));
      }
    }
  }

  @Test
  void a_call_ends_in_time_and_the_next_one_at_once() throws Exception {
    ChannelBackup backup = ChannelBackup.of(new byte[] {1, 2, 3});
    try (FreezingDisk disk = FreezingDisk.at(temp.resolve("disk"))) {
      Remote remote = new DirectoryRemote("disk", temp.resolve("disk"), Duration.ofSeconds(2));
      try (RemoteSession session = remote.connect()) {
        session.prepare(Rig.NODE);
        disk.freeze();
        Version version = new Version(1, Instant.EPOCH, backup.hash());

        assertUnreachable(() -> session.publish(Rig.NODE, version, backup));
        assertUnreachable(remote::connect);
        assertThat(session.alive()).isFalse();

        disk.thaw();
        Rig.patiently().ignoreExceptions().until(() -> connects(remote));
      }
    }
  }

  private static boolean connects(Remote remote) throws Exception {
    try (RemoteSession session = remote.connect()) {
      return session.alive();
    }
  }

  private static boolean upToDate(Installation installation, String remote) {
    return installation.holding(remote).upToDate();
  }

  private static void assertUnreachable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE);
              assertThat(e.what()).contains("does not answer");
            });
  }
}

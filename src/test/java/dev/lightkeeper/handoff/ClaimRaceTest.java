package dev.lightkeeper.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import dev.lightkeeper.testing.RealSshd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts, two processes, one OpenSSH server, the same instant. */
class ClaimRaceTest {
  private static final int ROUNDS = 50;

  @Test
  void of_two_that_claim_at_once_exactly_one_wins(@TempDir Path dir) throws Exception {
    Site source = new Site(dir.resolve("source"));
    Path log = dir.resolve("log");
    try (RealSshd sshd = RealSshd.start(dir.resolve("sshd"))) {
      SftpTarget target = sshd.target();
      try (ChildClaim one = ChildClaim.start(dir.resolve("one"), 'b', target, log);
          ChildClaim two = ChildClaim.start(dir.resolve("two"), 'c', target, log)) {
        for (int round = 0; round < ROUNDS; round++) {
          Path folder = Files.createDirectory(sshd.root().resolve("round-" + round));
          Remote remote =
              new SftpRemote(
                  "offsite",
                  new SftpTarget(
                      target.user(),
                      target.host(),
                      target.port(),
                      folder.toString(),
                      target.key(),
                      target.knownHosts(),
                      null));
          Handoff offer = source.offer(List.of(remote)).offer();
          one.order(folder.toString(), offer);
          two.order(folder.toString(), offer);
          List<String> answers = List.of(one.answer(), two.answer());

          assertThat(answers).as(Files.readString(log)).filteredOn("won"::equals).hasSize(1);
          assertThat(answers)
              .filteredOn(a -> !a.equals("won"))
              .singleElement()
              .asString()
              .startsWith("lost: REFUSED");
          try (Stream<Path> claims = Files.list(folder.resolve("alice/handoff"))) {
            assertThat(claims.filter(f -> f.toString().contains("claim-"))).hasSize(1);
          }
          Files.delete(source.state.resolve("locked.json"));
        }
      }
    }
  }
}

package dev.lightkeeper.cli;

import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.handoff.Register;
import dev.lightkeeper.health.Alert.Kind;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.LastBackup.Result;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Tells those who are to know what became of a backup. */
final class BackupNews {
  private static final String RUN = "backup";
  private static final String OFFERED = "the nodes are offered, and the stack stays down";

  private final Messenger messenger;
  private final Path state;

  /**
   * @param state the state folder
   */
  BackupNews(Messenger messenger, Path state) {
    this.messenger = messenger;
    this.state = state;
  }

  /** What an interruption left, for people. */
  static String interrupted(Path state) {
    return offered(state)
        ? "interrupted: "
            + OFFERED
            + "; what is not on every remote yet is shipped by 'lightkeeper backup --ship'"
        : "interrupted: services are up again, and earlier archives are untouched";
  }

  /** Of a run that failed: whether it left an archive, and why it failed. */
  static String failed(LastBackup account) {
    String error = account.error() == null ? "" : account.error();
    return account.archive() == null ? "no archive was made: " + error : error;
  }

  private static boolean offered(Path state) {
    try {
      return Register.standing(state) == Register.Here.STANDING;
    } catch (HandoffException e) {
      return false; // that it cannot be read is said by whoever needs it
    }
  }

  void started() {
    messenger.started(RUN);
  }

  void ended(LastBackup account, BackupTail tail) {
    String end =
        switch (account.result()) {
          case COMPLETE, PARTIAL ->
              "%s, %s%s"
                  .formatted(
                      account.archive(),
                      account.bytes() == null ? "" : Words.size(account.bytes()),
                      account.problems().isEmpty()
                          ? ""
                          : "\n" + String.join("\n", account.problems()));
          case FAILED -> failed(account);
          case INTERRUPTED -> interrupted(state);
        };
    messenger.ended(RUN, account.result() == Result.COMPLETE, tail.with(end));
    Optional<OpenAlert> failed =
        account.result() == Result.FAILED
            ? Optional.of(
                new OpenAlert(Kind.BACKUP_FAILED.id(), null, null, account.finishedAt(), end))
            : Optional.empty();
    messenger.standing(Set.of(Kind.BACKUP_FAILED), failed.stream().toList());
  }
}

package dev.lightkeeper.cli;

import dev.lightkeeper.health.Alert.Kind;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.LastBackup.Result;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.util.Optional;
import java.util.Set;

/** Tells those who are to know what became of a backup. */
final class BackupNews {
  private static final String RUN = "backup";

  private final Messenger messenger;

  BackupNews(Messenger messenger) {
    this.messenger = messenger;
  }

  void started() {
    messenger.started(RUN);
  }

  void ended(LastBackup account, BackupTail tail) {
    String error = account.error();
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
          case FAILED -> "no archive was made: " + error;
          case INTERRUPTED -> "interrupted; no archive was made";
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

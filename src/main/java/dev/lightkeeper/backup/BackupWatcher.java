package dev.lightkeeper.backup;

import java.time.Duration;

/** Is told how a backup goes. Calls come from several threads, one at a time: return at once. */
public interface BackupWatcher {
  /** Tells nobody. */
  BackupWatcher NONE =
      new BackupWatcher() {
        @Override
        public void began(BackupStep step, long totalBytes) {}

        @Override
        public void at(BackupStep step, long bytes, String current) {}

        @Override
        public void ended(BackupStep step, Duration took) {}

        @Override
        public void note(String line) {}
      };

  /**
   * A step began.
   *
   * @param totalBytes what it will handle, about; 0 if that is not known
   */
  void began(BackupStep step, long totalBytes);

  /**
   * So far.
   *
   * @param bytes handled since the step began
   * @param current what is being handled: a file's name, a remote's
   */
  void at(BackupStep step, long bytes, String current);

  /** A step ended well. */
  void ended(BackupStep step, Duration took);

  /** Something a person should know: one sentence. */
  void note(String line);
}

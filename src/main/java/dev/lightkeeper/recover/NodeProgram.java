package dev.lightkeeper.recover;

import java.nio.file.Path;
import java.util.List;

/** Where a node's own command can be run. */
public interface NodeProgram {
  /**
   * How a command ended.
   *
   * @param printed stdout
   * @param complaints the end of stderr
   */
  record Output(int exitCode, String printed, String complaints) {
    /** Whether it ended with 0. */
    public boolean well() {
      return exitCode == 0;
    }

    /** The last thing it said, for a person. */
    public String lastWords() {
      String said = complaints.isBlank() ? printed : complaints;
      return said.strip().lines().reduce((_, last) -> last).orElse("exit code " + exitCode).strip();
    }
  }

  /**
   * Runs a command to its end.
   *
   * @throws RecoverException of kind NOT_RUNNING if there is nothing to run it in now
   * @throws InterruptedException if this thread was interrupted; the command was ended
   */
  Output run(List<String> words) throws RecoverException, InterruptedException;

  /**
   * Lets commands read a file of this host.
   *
   * @return the path they find it at
   */
  String lend(Path file) throws RecoverException, InterruptedException;
}

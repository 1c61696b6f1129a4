package dev.lightkeeper.realnodes;

import dev.lightkeeper.recover.NodeProgram;
import dev.lightkeeper.recover.RecoverException;
import dev.lightkeeper.recover.RecoverException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs a node's command on this host. */
final class LocalProgram implements NodeProgram {
  @Override
  public Output run(List<String> words) throws RecoverException, InterruptedException {
    try {
      Path complaints = Files.createTempFile("lightkeeper-", ".stderr");
      Process process = new ProcessBuilder(words).redirectError(complaints.toFile()).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      String said = Files.readString(complaints);
      Files.delete(complaints);
      return new Output(exit, printed, said);
    } catch (IOException e) {
      throw new RecoverException(Kind.NOT_RUNNING, words + " cannot be run", "see why", e);
    }
  }

  @Override
  public String lend(Path file) {
    return file.toString();
  }
}

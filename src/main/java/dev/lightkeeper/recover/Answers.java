package dev.lightkeeper.recover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lightkeeper.recover.RecoverException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A node's command, which answers in JSON.
 *
 * @param prefix the command with what it always needs, such as where its macaroon is
 */
record Answers(NodeProgram program, List<String> prefix) {
  private static final JsonMapper JSON = new JsonMapper();

  Answers {
    prefix = List.copyOf(prefix);
  }

  NodeProgram.Output run(String... words) throws RecoverException, InterruptedException {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(List.of(words));
    return program.run(all);
  }

  /**
   * @throws RecoverException of kind FAILED if it did not end well, or printed no JSON
   */
  JsonNode ask(String... words) throws RecoverException, InterruptedException {
    NodeProgram.Output output = run(words);
    if (!output.well()) {
      throw new RecoverException(
          Kind.FAILED,
          "`%s %s` failed: %s".formatted(prefix.getFirst(), words[0], output.lastWords()),
          "see to that, then run it again: what was recovered stays recovered");
    }
    return read(output, words[0]);
  }

  JsonNode read(NodeProgram.Output output, String word) throws RecoverException {
    try {
      return JSON.readTree(output.printed());
    } catch (IOException e) {
      throw new RecoverException(
          Kind.FAILED,
          "`%s %s` did not answer in JSON".formatted(prefix.getFirst(), word),
          "run it yourself and see",
          e);
    }
  }
}

package dev.lightkeeper.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Asks the person at the terminal; where nobody is, every answer is missing. */
final class Questions {
  private static final Set<String> YES = Set.of("y", "yes");

  private final BufferedReader answers;
  private final PrintWriter prompts;

  Questions(InputStream answers, PrintWriter prompts) {
    this.answers = new BufferedReader(new InputStreamReader(answers, Charset.defaultCharset()));
    this.prompts = prompts;
  }

  /** Nobody to ask. */
  static Questions unanswered(PrintWriter prompts) {
    return new Questions(InputStream.nullInputStream(), prompts);
  }

  /** One line; empty if there is no answer. */
  Optional<String> line(String prompt) throws IOException {
    prompts.print(prompt + " ");
    prompts.flush();
    return Optional.ofNullable(answers.readLine()).map(String::strip).filter(s -> !s.isEmpty());
  }

  /** Waits for Enter; false if the answer is s, or nobody answers. */
  boolean enter(String prompt) throws IOException {
    prompts.print(prompt + " [Enter, or s to skip] ");
    prompts.flush();
    String answer = answers.readLine();
    if (answer == null) {
      prompts.println();
    }
    return answer != null && !answer.strip().equalsIgnoreCase("s");
  }

  /** Whether the answer is a clear yes. */
  boolean yes(String prompt) throws IOException {
    return line(prompt + " [y/N]")
        .filter(a -> YES.contains(a.toLowerCase(Locale.ROOT)))
        .isPresent();
  }
}

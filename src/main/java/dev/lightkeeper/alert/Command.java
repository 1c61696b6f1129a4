package dev.lightkeeper.alert;

import dev.lightkeeper.files.FolderOwner;
import dev.lightkeeper.files.FolderOwner.Account;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program: the notice as JSON on its standard input, and in variables {@code
 * LIGHTKEEPER_ALERT_*}. No shell is in between, so no text can be taken for a command. Root runs it
 * as the daemon's user. Exit status 0 means delivered.
 */
public final class Command implements Channel {
  private static final int SAID = 500;
  private static final List<String> ROOTS = List.of("HOME", "USER", "LOGNAME", "MAIL");

  private final List<String> words;
  private final Duration timeout;
  private final Path state;

  /**
   * @param words the program and its arguments
   * @param timeout it is killed after that
   * @param state the state folder: root runs the program as the user who owns that
   */
  public Command(List<String> words, Duration timeout, Path state) {
    this.words = List.copyOf(words);
    this.timeout = timeout;
    this.state = state;
  }

  @Override
  public void deliver(Notice notice) throws DeliveryException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    account()
        .ifPresent(
            a -> {
              builder.command(as(a));
              environment.keySet().removeAll(ROOTS);
            });
    environment.keySet().removeAll(List.of("BTCPAY_BACKUP_PASSPHRASE", "CREDENTIALS_DIRECTORY"));
    variables(notice, environment);
    Process process = start(builder);
    CompletableFuture<String> said = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> write(process, Json.print(notice) + "\n"));
    Thread.ofVirtual().start(() -> said.complete(read(process)));
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DeliveryException(
            "%s did not end within %d s and was killed"
                .formatted(words.getFirst(), timeout.toSeconds()),
            "make it faster, or raise timeout",
            null);
      }
      if (process.exitValue() != 0) {
        throw new DeliveryException(
            "%s ended with %d: %s".formatted(words.getFirst(), process.exitValue(), last(said)),
            "run it by hand with that input, and see what it says",
            null);
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** Backup, drill and guard are root; what they tell does not need to be. */
  private Optional<Account> account() throws DeliveryException {
    try {
      return FolderOwner.besidesRoot(state);
    } catch (IOException e) {
      throw new DeliveryException(
          "the owner of %s is not known: %s".formatted(state, e.getMessage()),
          "see what is wrong with that folder",
          e);
    }
  }

  private List<String> as(Account account) {
    boolean named = !account.name().equals(Integer.toString(account.uid()));
    List<String> line =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=" + account.uid(),
                "--regid=" + account.gid(),
                named ? "--init-groups" : "--clear-groups",
                "--"));
    line.addAll(words);
    return line;
  }

  private Process start(ProcessBuilder builder) throws DeliveryException {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new DeliveryException(
          builder.command().getFirst() + " cannot be run: " + e.getMessage(),
          builder.command().equals(words)
              ? "make it executable for the user the daemon runs as"
              : "install util-linux: root runs commands as the daemon's user with it",
          e);
    }
  }

  private static void variables(Notice notice, Map<String, String> environment) {
    @Nullable OpenAlert alert =
        notice.alerts().isEmpty() ? null : notice.alerts().getFirst().alert();
    put(environment, "ID", notice.id());
    put(environment, "EVENT", notice.event().name().toLowerCase(Locale.ROOT));
    put(environment, "URGENCY", notice.urgency().name().toLowerCase(Locale.ROOT));
    put(environment, "HOST", notice.host());
    put(environment, "TITLE", notice.title());
    put(environment, "TEXT", notice.text());
    put(environment, "KIND", alert == null ? null : alert.kind());
    put(environment, "NODE", alert == null ? null : alert.node());
    put(environment, "REMOTE", alert == null ? null : alert.remote());
    put(environment, "SINCE", alert == null ? null : alert.since().toString());
  }

  private static void put(Map<String, String> environment, String name, @Nullable String value) {
    // A variable cannot hold a NUL.
    environment.put("LIGHTKEEPER_ALERT_" + name, value == null ? "" : value.replace("\0", ""));
  }

  private static void write(Process process, String text) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It does not want to read it all.
    }
  }

  private static String read(Process process) {
    StringBuilder said = new StringBuilder();
    try (InputStream in = process.getInputStream()) {
      byte[] buffer = new byte[4096];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        said.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        said.delete(0, Math.max(0, said.length() - SAID));
      }
    } catch (IOException e) {
      // It was killed.
    }
    return said.toString().strip();
  }

  private static String last(CompletableFuture<String> said) throws InterruptedException {
    try {
      return said.get(2, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return ""; // a grandchild still holds the pipe
    }
  }
}

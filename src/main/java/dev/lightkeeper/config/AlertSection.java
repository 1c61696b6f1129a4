package dev.lightkeeper.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code [alerts.NAME]}: one way to people. Addresses hold secrets: never print one whole. */
public sealed interface AlertSection {
  /** NAME. */
  String name();

  /** What all kinds have. */
  Limits limits();

  /**
   * What is told and how often.
   *
   * @param least {@code notice}, {@code warning} or {@code critical}: what is less urgent is not
   *     told; default {@code warning}
   * @param perHour at most that many messages an hour of one alert; default 4
   */
  record Limits(String least, int perHour) {}

  /**
   * {@code kind = "healthchecks"}.
   *
   * @param pings {@code watch} (default), {@code backup} or {@code drill}: what the check is for
   * @param every how often the daemon pings; default 5 min
   * @param authorities PEM certificates that are trusted instead of the usual ones
   */
  record Healthchecks(
      String name, Limits limits, URI url, String pings, Duration every, @Nullable Path authorities)
      implements AlertSection {
    @Override
    public String toString() {
      return "Healthchecks " + name;
    }
  }

  /**
   * {@code kind = "webhook"} or {@code "ntfy"}.
   *
   * @param tokenFile its first line goes along as {@code Authorization: Bearer}
   */
  record Http(
      String name,
      Limits limits,
      boolean ntfy,
      URI url,
      @Nullable Path tokenFile,
      @Nullable Path authorities)
      implements AlertSection {
    @Override
    public String toString() {
      return (ntfy ? "ntfy " : "webhook ") + name;
    }
  }

  /**
   * {@code kind = "smtp"}.
   *
   * @param url {@code smtp://[user@]host[:port]} (STARTTLS) or {@code smtps://…} (TLS)
   * @param passwordFile its first line; always there if {@code url} has a user
   */
  record Smtp(
      String name,
      Limits limits,
      URI url,
      @Nullable Path passwordFile,
      String from,
      List<String> to,
      @Nullable Path authorities)
      implements AlertSection {
    public Smtp {
      to = List.copyOf(to);
    }
  }

  /**
   * {@code kind = "command"}.
   *
   * @param command an absolute path and arguments; no shell
   */
  record Command(String name, Limits limits, List<String> command, Duration timeout)
      implements AlertSection {
    public Command {
      command = List.copyOf(command);
    }
  }
}

package dev.lightkeeper.config;

import dev.lightkeeper.config.AlertSection.Limits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code [alerts.NAME]}. What is reported never repeats an address: it holds a secret. */
final class AlertReader {
  private static final List<String> KINDS =
      List.of("healthchecks", "webhook", "ntfy", "smtp", "command");
  private static final List<String> URGENCIES = List.of("notice", "warning", "critical");
  private static final List<String> PINGS = List.of("watch", "backup", "drill");
  private static final Pattern MAIL = Pattern.compile("[!-~&&[^<>,;:\"()]]+@[A-Za-z0-9.-]+");
  private static final int PER_HOUR = 4;
  private static final int MOST_PER_HOUR = 1000;
  private static final String TOKEN = "/etc/lightkeeper/token";

  private final String name;
  private final Section section;

  AlertReader(String name, Section section) {
    this.name = name;
    this.section = section;
  }

  /** Empty if a problem was reported that leaves nothing to be made of it. */
  Optional<AlertSection> read() {
    String kind = section.requiredText("kind", "ntfy");
    if (kind == null) {
      return Optional.empty();
    }
    Limits limits = limits();
    Optional<AlertSection> read =
        switch (kind) {
          case "healthchecks" -> healthchecks(limits);
          case "webhook" -> http(limits, false);
          case "ntfy" -> http(limits, true);
          case "smtp" -> smtp(limits);
          case "command" -> command(limits);
          default -> {
            section.problem(
                "kind",
                "is not a known kind: " + kind,
                Spelling.nearest(kind, KINDS)
                    .map("Write %s, if that is meant"::formatted)
                    .orElse("Write one of " + String.join(", ", KINDS) + ", in quotes"));
            yield Optional.empty();
          }
        };
    if (KINDS.contains(kind)) {
      section.refuseOthers();
    }
    return read;
  }

  private Limits limits() {
    int perHour = section.count("per_hour", MOST_PER_HOUR, PER_HOUR);
    if (perHour == 0) {
      section.problem("per_hour", "lets nothing through", "Write at least 1, or remove the alert");
    }
    return new Limits(choice("min_urgency", URGENCIES, "warning"), perHour);
  }

  private Optional<AlertSection> healthchecks(Limits limits) {
    URI url = web("https://hc-ping.com/…");
    String pings = choice("pings", PINGS, "watch");
    Duration every = section.duration("every", Duration.ofSeconds(10), Duration.ofMinutes(5));
    Path authorities = authorities();
    return Optional.ofNullable(url)
        .map(u -> new AlertSection.Healthchecks(name, limits, u, pings, every, authorities));
  }

  private Optional<AlertSection> http(Limits limits, boolean ntfy) {
    URI url = web(ntfy ? "https://ntfy.sh/your-secret-topic" : "https://hooks.example.com/…");
    if (ntfy && url != null && url.getRawPath().length() < 2) {
      section.problem("url", "names no topic", "Write it like https://ntfy.sh/your-secret-topic");
    }
    Path token = section.path("token_file", TOKEN);
    Path authorities = authorities();
    return Optional.ofNullable(url)
        .map(u -> new AlertSection.Http(name, limits, ntfy, u, token, authorities));
  }

  private Optional<AlertSection> smtp(Limits limits) {
    String written = section.requiredText("url", "smtp://you@mail.example.com:587");
    URI url = written == null ? null : accept(Addresses.smtp(written));
    Path password = section.path("password_file", "/etc/lightkeeper/mail-password");
    boolean user = url != null && url.getRawUserInfo() != null;
    if (user && !section.has("password_file")) {
      section.missing("password_file", "/etc/lightkeeper/mail-password");
    } else if (url != null && !user && password != null) {
      section.problem(
          "password_file",
          "is there, and url has no user",
          "Write url like smtp://you@mail.example.com:587");
    }
    String from = mailAddress("from", section.requiredText("from", "lightkeeper@example.com"));
    List<String> to = section.texts("to", "you@example.com");
    if (to == null || to.isEmpty()) {
      if (!section.has("to") || to != null) {
        section.problem("to", "names nobody", "Write it like to = [\"you@example.com\"]");
      }
    } else {
      to.forEach(address -> mailAddress("to", address));
    }
    Path authorities = authorities();
    return url == null || from == null || to == null || to.isEmpty()
        ? Optional.empty()
        : Optional.of(new AlertSection.Smtp(name, limits, url, password, from, to, authorities));
  }

  private Optional<AlertSection> command(Limits limits) {
    List<String> words = section.texts("command", "/usr/local/bin/tell-me");
    Duration timeout = section.duration("timeout", Duration.ofSeconds(1), Duration.ofSeconds(30));
    if (words == null || words.isEmpty()) {
      if (!section.has("command") || words != null) {
        section.problem(
            "command", "names no program", "Write it like command = [\"/usr/local/bin/tell-me\"]");
      }
      return Optional.empty();
    }
    if (!words.getFirst().startsWith("/")) {
      section.problem(
          "command",
          "does not begin with an absolute path",
          "Write the whole path of the program; no shell looks for it");
    }
    return Optional.of(new AlertSection.Command(name, limits, words, timeout));
  }

  private @Nullable URI web(String example) {
    String written = section.requiredText("url", example);
    return written == null ? null : accept(Addresses.web(written));
  }

  private @Nullable URI accept(Addresses.Checked checked) {
    if (checked.url().isEmpty()) {
      section.problem("url", checked.problem(), checked.remedy());
    }
    return checked.url().orElse(null);
  }

  private @Nullable Path authorities() {
    return section.path("ca_file", "/etc/lightkeeper/ca.pem");
  }

  private @Nullable String mailAddress(String key, @Nullable String written) {
    if (written != null && !MAIL.matcher(written).matches()) {
      section.problem(
          key, "is not a bare mail address", "Write it like you@example.com, without a name");
    }
    return written;
  }

  private String choice(String key, List<String> words, String missing) {
    String written = section.text(key, missing);
    if (written == null) {
      return missing;
    }
    if (!words.contains(written)) {
      section.problem(
          key,
          "is not known: " + written,
          "Write one of " + String.join(", ", words) + ", in quotes");
      return missing;
    }
    return written;
  }
}

package dev.lightkeeper.config;

import dev.lightkeeper.config.Config.BackupSection;
import dev.lightkeeper.config.Config.Keep;
import dev.lightkeeper.config.Config.RemoteSection;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code [backup]}. */
final class BackupReader {
  private static final Path ENVIRONMENT = Path.of("/etc/profile.d/btcpay-env.sh");
  private static final List<String> QUIESCE = List.of("stop", "pause", "stack");
  private static final long LEAST_RATE = 16 << 10; // slower, and an answer takes too long
  private static final int MOST_KEPT = 10_000;

  private final Section section;
  private final List<String> known;

  /**
   * @param remotes those that were read without a problem
   */
  BackupReader(Section section, List<RemoteSection> remotes) {
    this.section = section;
    this.known = remotes.stream().map(RemoteSection::name).toList();
  }

  BackupSection read() {
    @Nullable Path environment = section.path("environment", ENVIRONMENT.toString());
    BackupSection backup =
        new BackupSection(
            quiesce(),
            section.path("passphrase_file", "/etc/lightkeeper/passphrase"),
            remotes(),
            section.table("keep").map(this::keep).orElse(Keep.DEFAULT),
            section.path("folder", "/srv/backups"),
            section.rate("rate_limit", LEAST_RATE),
            environment == null ? ENVIRONMENT : environment);
    section.refuseOthers();
    return backup;
  }

  private String quiesce() {
    String written = section.text("quiesce", "stop");
    if (written != null && !QUIESCE.contains(written)) {
      section.problem(
          "quiesce",
          "is not a known way: " + written,
          "Write one of stop, pause and stack, in quotes");
    }
    return written == null ? "stop" : written;
  }

  private List<String> remotes() {
    @Nullable List<String> written = section.texts("remotes", "offsite");
    if (written == null) {
      return known;
    }
    Set<String> seen = new HashSet<>();
    for (String name : written) {
      if (!known.contains(name)) {
        section.problem(
            "remotes",
            "names no remote that is configured: " + name,
            Spelling.nearest(name, known)
                .map("Write %s, if that is meant"::formatted)
                .orElse("Add [remotes.%s], or correct the name".formatted(name)));
      } else if (!seen.add(name)) {
        section.problem("remotes", "names a remote twice: " + name, "Remove one of the two");
      }
    }
    return written;
  }

  private Keep keep(Section table) {
    Keep missing = Keep.DEFAULT;
    Keep keep =
        new Keep(
            table.count("last", MOST_KEPT, 0),
            table.count("daily", MOST_KEPT, 0),
            table.count("weekly", MOST_KEPT, 0),
            table.count("monthly", MOST_KEPT, 0));
    table.refuseOthers();
    if (keep.last() + keep.daily() + keep.weekly() + keep.monthly() == 0) {
      table.problem(
          "keeps no archive at all",
          "Write it like keep = { last = 3, daily = 7, weekly = 4, monthly = 12 }");
      return missing;
    }
    return keep;
  }
}

package dev.lightkeeper.shelf;

import dev.lightkeeper.remote.StoredArchive;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which archives are kept: the last few, and the newest of each of the last days, weeks (ISO 8601)
 * and months that have one; days are UTC's. An archive is kept if any of these keeps it.
 *
 * <p>Whatever the numbers say, the newest complete archive is kept, and so are migration archives,
 * and incomplete ones younger than two days, which may be on their way. Only complete archives
 * count for the numbers: an incomplete one never displaces a good one.
 *
 * @param last how many of the newest
 * @param daily of how many days that have an archive
 * @param weekly of how many weeks
 * @param monthly of how many months
 */
public record Retention(int last, int daily, int weekly, int monthly) {
  private static final long UNDER_WAY_SECONDS = 2 * 86_400L;

  /**
   * @throws IllegalArgumentException if a number is negative or all are 0
   */
  public Retention {
    if (last < 0 || daily < 0 || weekly < 0 || monthly < 0) {
      throw new IllegalArgumentException("a number of archives to keep is negative");
    }
    if (last + daily + weekly + monthly == 0) {
      throw new IllegalArgumentException("no archive at all would be kept");
    }
  }

  /**
   * What becomes of one archive.
   *
   * @param keep whether it is kept
   * @param reasons why, for people; at least one
   */
  public record Decision(StoredArchive archive, boolean keep, List<String> reasons) {
    public Decision {
      reasons = List.copyOf(reasons);
    }
  }

  private record Rule(String reason, int count, Function<Instant, Object> period) {}

  /** What becomes of each archive of one place, newest first. */
  public List<Decision> decide(Collection<StoredArchive> archives, Instant now) {
    List<StoredArchive> newestFirst =
        archives.stream().sorted(Comparator.comparing(StoredArchive::name).reversed()).toList();
    List<StoredArchive> good =
        newestFirst.stream().filter(a -> a.complete() && !a.name().migration()).toList();
    Map<StoredArchive, List<String>> reasons = new HashMap<>();
    good.stream().findFirst().ifPresent(a -> add(reasons, a, "newest complete"));
    for (Rule rule : rules()) {
      apply(rule, good, reasons);
    }
    return newestFirst.stream()
        .map(a -> decision(a, reasons.getOrDefault(a, List.of()), now, good.stream().findFirst()))
        .toList();
  }

  private List<Rule> rules() {
    return List.of(
        new Rule("last", last, time -> time),
        new Rule("daily", daily, Retention::day),
        new Rule("weekly", weekly, Retention::week),
        new Rule("monthly", monthly, time -> YearMonth.from(day(time))));
  }

  private static void apply(
      Rule rule, List<StoredArchive> good, Map<StoredArchive, List<String>> reasons) {
    List<Object> periods = new ArrayList<>();
    for (StoredArchive archive : good) {
      Object period = rule.period().apply(archive.name().time());
      // Two that began in the same second are one more each for "last".
      boolean another = rule.reason().equals("last") || !periods.contains(period);
      if (another && periods.size() < rule.count()) {
        periods.add(period);
        add(reasons, archive, "%s %d of %d".formatted(rule.reason(), periods.size(), rule.count()));
      }
    }
  }

  private static Decision decision(
      StoredArchive archive,
      List<String> reasons,
      Instant now,
      Optional<StoredArchive> newestGood) {
    if (!reasons.isEmpty()) {
      return new Decision(archive, true, reasons);
    }
    if (archive.name().migration()) {
      return kept(archive, "a migration archive is removed by hand only");
    }
    if (archive.complete()) {
      return new Decision(archive, false, List.of("no rule keeps it"));
    }
    if (newestGood.isEmpty()) {
      return kept(archive, "incomplete, and there is no complete one");
    }
    if (archive.name().time().isAfter(now.minusSeconds(UNDER_WAY_SECONDS))) {
      return kept(archive, "incomplete, perhaps under way");
    }
    return new Decision(archive, false, List.of("incomplete for more than two days"));
  }

  private static Decision kept(StoredArchive archive, String reason) {
    return new Decision(archive, true, List.of(reason));
  }

  private static void add(
      Map<StoredArchive, List<String>> reasons, StoredArchive archive, String reason) {
    reasons.computeIfAbsent(archive, _ -> new ArrayList<>()).add(reason);
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  private static Object week(Instant time) {
    LocalDate day = day(time);
    return day.get(IsoFields.WEEK_BASED_YEAR) * 100 + day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
  }
}

package dev.lightkeeper.shelf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.StoredArchive;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z"); // a Monday

  /** Nightly archives for 400 days; the days before {@link #NOW} that are kept. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1, 0, 0, 0 | 0",
        "3, 0, 0, 0 | 0 1 2",
        "0, 3, 0, 0 | 0 1 2",
        "0, 0, 3, 0 | 0 1 8",
        "0, 0, 0, 3 | 0 23 54",
        "1, 2, 2, 2 | 0 1 23",
        "3, 7, 4, 12 | 0 1 2 3 4 5 6 8 15 23 54 84 115 146 176 207 237 268 296 327",
        "1000, 0, 0, 0 | all",
      })
  void of_nightly_archives_the_rule_keeps(String rule, String kept) {
    List<StoredArchive> nightly = IntStream.range(0, 400).mapToObj(RetentionTest::daysAgo).toList();
    List<Long> days = kept(rule(rule), nightly);
    if (kept.equals("all")) {
      assertThat(days).hasSize(400);
    } else {
      assertThat(String.join(" ", days.stream().map(String::valueOf).toList())).isEqualTo(kept);
    }
  }

  @Test
  void of_several_on_one_day_the_newest_stands_for_the_day() {
    List<StoredArchive> archives =
        List.of(at("2026-11-22T01:00:00Z"), at("2026-11-22T13:00:00Z"), at("2026-11-23T01:00:00Z"));
    assertThat(new Retention(0, 2, 0, 0).decide(archives, NOW))
        .filteredOn(d -> !d.keep())
        .extracting(d -> d.archive().name().time())
        .containsExactly(Instant.parse("2026-11-22T01:00:00Z"));
  }

  @Test
  void every_decision_says_why() {
    List<Retention.Decision> decisions =
        new Retention(1, 2, 0, 0).decide(List.of(daysAgo(0), daysAgo(1), daysAgo(2)), NOW);
    assertThat(decisions.get(0).reasons())
        .containsExactly("newest complete", "last 1 of 1", "daily 1 of 2");
    assertThat(decisions.get(1).reasons()).containsExactly("daily 2 of 2");
    assertThat(decisions.get(2).reasons()).containsExactly("no rule keeps it");
  }

  @Test
  void the_last_good_one_stays_behind_any_number_of_incomplete_ones() {
    List<StoredArchive> archives = new ArrayList<>(List.of(daysAgo(300)));
    IntStream.range(0, 20).mapToObj(RetentionTest::incomplete).forEach(archives::add);
    List<Retention.Decision> decisions = new Retention(1, 0, 0, 0).decide(archives, NOW);
    assertThat(decisions.getLast().keep()).isTrue();
    assertThat(decisions.getLast().reasons()).contains("newest complete", "last 1 of 1");
  }

  @Test
  void incomplete_ones_stay_while_they_may_be_under_way() {
    List<Retention.Decision> decisions =
        new Retention(5, 0, 0, 0)
            .decide(List.of(incomplete(0), incomplete(1), incomplete(3), daysAgo(4)), NOW);
    assertThat(decisions)
        .extracting(Retention.Decision::keep)
        .containsExactly(true, true, false, true);
  }

  @Test
  void incomplete_ones_stay_where_there_is_nothing_better() {
    assertThat(new Retention(1, 0, 0, 0).decide(List.of(incomplete(50), incomplete(60)), NOW))
        .allMatch(Retention.Decision::keep);
  }

  @Test
  void migration_archives_stay_and_count_for_nothing() {
    StoredArchive migration = new StoredArchive(new ArchiveName(NOW, true, true), 5, true);
    List<Retention.Decision> decisions =
        new Retention(1, 0, 0, 0).decide(List.of(migration, daysAgo(1), daysAgo(2)), NOW);
    assertThat(decisions).extracting(Retention.Decision::keep).containsExactly(true, true, false);
  }

  @Test
  void nothing_is_decided_about_nothing() {
    assertThat(new Retention(1, 0, 0, 0).decide(List.of(), NOW)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0, 0", "-1, 1, 1, 1"})
  void a_rule_that_keeps_nothing_is_refused(int last, int daily, int weekly, int monthly) {
    assertThatThrownBy(() -> new Retention(last, daily, weekly, monthly))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Long> kept(Retention retention, List<StoredArchive> archives) {
    return retention.decide(archives, NOW).stream()
        .filter(Retention.Decision::keep)
        .map(d -> Duration.between(d.archive().name().time(), NOW).toDays())
        .toList();
  }

  private static Retention rule(String text) {
    int[] n = List.of(text.split(", ", -1)).stream().mapToInt(Integer::parseInt).toArray();
    return new Retention(n[0], n[1], n[2], n[3]);
  }

  private static StoredArchive daysAgo(int days) {
    return new StoredArchive(
        new ArchiveName(NOW.minus(Duration.ofDays(days)).minusSeconds(3600), false, true), 5, true);
  }

  private static StoredArchive incomplete(int days) {
    return new StoredArchive(daysAgo(days).name(), 3, false);
  }

  private static StoredArchive at(String time) {
    return new StoredArchive(new ArchiveName(Instant.parse(time), false, false), 5, true);
  }
}

package dev.lightkeeper.remote;

import dev.lightkeeper.node.Sha256;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One channel backup as kept on a remote; its file name says all of it.
 *
 * <p>Ordered by sequence; the time is for people (clocks jump) and, with the hash, only breaks ties
 * between two writers.
 *
 * @param sequence from 1 up
 * @param observedAt UTC, whole milliseconds
 * @param hash of the content: a file whose content does not match its name is no version
 */
public record Version(long sequence, Instant observedAt, Sha256 hash)
    implements Comparable<Version> {
  /** The suffix of every version's file name and the name of the newest's copy. */
  public static final String FILE = "channel.backup";

  /**
   * The highest sequence that is continued after where somebody else gave it: nobody's changes come
   * near it, and what is left beyond lasts for decades.
   */
  public static final long MOST_FROM_OTHERS = 899_999_999_999L;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern NAME =
      Pattern.compile("(\\d{12})-(\\d{8}T\\d{6}\\.\\d{3}Z)-([0-9a-f]{64})\\.channel\\.backup");
  private static final Comparator<Version> ORDER =
      Comparator.comparingLong(Version::sequence)
          .thenComparing(Version::observedAt)
          .thenComparing(v -> v.hash().hex());

  /**
   * @throws IllegalArgumentException if the sequence is not between 1 and 999,999,999,999
   */
  public Version {
    if (sequence < 1 || sequence > 999_999_999_999L) {
      throw new IllegalArgumentException("not a sequence: " + sequence);
    }
    observedAt = observedAt.truncatedTo(ChronoUnit.MILLIS);
  }

  /** {@code 000000000042-20261123T104500.123Z-<64 hex>.channel.backup}. */
  public String fileName() {
    return "%012d-%s-%s.%s".formatted(sequence, TIME.format(observedAt), hash, FILE);
  }

  /** The version that a file's name states; empty for any other name. */
  public static Optional<Version> parse(String fileName) {
    Matcher m = NAME.matcher(fileName);
    if (!m.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Version(
              Long.parseLong(m.group(1)),
              LocalDateTime.parse(m.group(2), TIME).toInstant(ZoneOffset.UTC),
              new Sha256(m.group(3))));
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The same version under another file name, for a remote where this name is taken by a torn file
   * that cannot be removed.
   */
  public Version renamed() {
    return new Version(sequence, observedAt.plusMillis(1), hash);
  }

  @Override
  public int compareTo(Version other) {
    return ORDER.compare(this, other);
  }
}

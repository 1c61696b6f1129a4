package dev.lightkeeper.remote;

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
 * The name of an archive: its time, and what BTCPay's scripts call it. Ordered by time.
 *
 * @param time when the backup began; UTC, whole seconds
 * @param migration whether it is a migration archive, which holds channel databases
 * @param encrypted whether it is OpenPGP over the {@code .tar.gz}
 */
public record ArchiveName(Instant time, boolean migration, boolean encrypted)
    implements Comparable<ArchiveName> {
  /** What follows an archive's name in the name of its manifest. */
  public static final String MANIFEST = ".json";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern NAME =
      Pattern.compile("(\\d{8}T\\d{6}Z)-backup(-migrate)?\\.tar\\.gz(\\.gpg)?");
  private static final Comparator<ArchiveName> ORDER =
      Comparator.comparing(ArchiveName::time).thenComparing(ArchiveName::fileName);

  /** Cuts {@code time} to whole seconds. */
  public ArchiveName {
    time = time.truncatedTo(ChronoUnit.SECONDS);
  }

  /** {@code 20261123T021500Z-backup.tar.gz.gpg}. */
  public String fileName() {
    return TIME.format(time) + "-" + plainName();
  }

  /** The name without the time, as BTCPay's scripts write it: {@code backup.tar.gz.gpg}. */
  public String plainName() {
    return "backup%s.tar.gz%s".formatted(migration ? "-migrate" : "", encrypted ? ".gpg" : "");
  }

  /** {@code 20261123T021500Z-backup.tar.gz.gpg.json}. */
  public String manifestName() {
    return fileName() + MANIFEST;
  }

  /** The archive that a file's name states; empty for any other name. */
  public static Optional<ArchiveName> parse(String fileName) {
    Matcher m = NAME.matcher(fileName);
    if (!m.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ArchiveName(
              LocalDateTime.parse(m.group(1), TIME).toInstant(ZoneOffset.UTC),
              m.group(2) != null,
              m.group(3) != null));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(ArchiveName other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return fileName();
  }
}

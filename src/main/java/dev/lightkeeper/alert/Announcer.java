package dev.lightkeeper.alert;

import dev.lightkeeper.alert.Notice.Change;
import dev.lightkeeper.alert.Notice.Event;
import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares the alerts that are open with those that were told, and posts what is new and what is
 * over. What was told outlives the process, so that a restarted daemon neither tells the same again
 * nor forgets to say that it is over. For one thread.
 */
public final class Announcer {
  private final AlertFolder folder;
  private final String host;
  private final InstantSource clock;
  private final Instant trusted;
  private final Map<String, Announced> told = new LinkedHashMap<>();
  private final Set<String> carriedOver = new HashSet<>();

  /** An alert that was told. */
  public record Announced(OpenAlert alert) {}

  /**
   * Goes on from what was told before.
   *
   * @param patience for how long an alert of an earlier process counts as open although it was not
   *     raised again
   * @throws IOException if what was told cannot be read
   */
  public Announcer(AlertFolder folder, String host, InstantSource clock, Duration patience)
      throws IOException {
    this.folder = folder;
    this.host = host;
    this.clock = clock;
    this.trusted = clock.instant().plus(patience);
    for (Announced a : folder.announced()) {
      told.put(a.alert().subject(), a);
      carriedOver.add(a.alert().subject());
    }
  }

  /**
   * Posts what began and what is over.
   *
   * @param kinds what {@code open} is complete for; told alerts of other kinds stay as they are
   * @return whether something was posted
   * @throws IOException if it cannot be written; then it is posted the next time
   */
  public boolean update(Collection<Alert.Kind> kinds, List<OpenAlert> open) throws IOException {
    Instant now = clock.instant();
    boolean posted = false;
    Set<String> subjects = new HashSet<>();
    for (OpenAlert alert : open) {
      String subject = alert.subject();
      subjects.add(subject);
      carriedOver.remove(subject);
      if (told.containsKey(subject)) {
        continue;
      }
      folder.post(Notice.of(new Change(Event.RAISED, now, alert), host, open));
      told.put(subject, new Announced(alert));
      posted = true;
    }
    Set<String> ids = new HashSet<>();
    kinds.forEach(k -> ids.add(k.id()));
    for (Announced a : List.copyOf(told.values())) {
      String subject = a.alert().subject();
      boolean over =
          ids.contains(a.alert().kind())
              && !subjects.contains(subject)
              && !(carriedOver.contains(subject) && now.isBefore(trusted));
      if (over) {
        folder.post(Notice.of(new Change(Event.RECOVERED, now, a.alert()), host, open));
        told.remove(subject);
        posted = true;
      }
    }
    if (posted) {
      folder.saveAnnounced(List.copyOf(told.values()));
    }
    return posted;
  }
}

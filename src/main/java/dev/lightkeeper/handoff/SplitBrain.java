package dev.lightkeeper.handoff;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a host does on a sign that a node of it runs elsewhere as well.
 *
 * @param wish what the configuration says of it
 * @param self this installation's id
 * @param handedOff whether the node was taken over from another host: then stopping is the default
 */
public record SplitBrain(Wish wish, String self, boolean handedOff) {
  /** {@code guard} in the configuration. */
  public enum Wish {
    /** Not said: stop after a handoff, alert otherwise. */
    DEFAULT,
    STOP,
    ALERT
  }

  /** What to do. */
  public sealed interface Measure {
    /** Nothing speaks for a second copy. */
    record Nothing() implements Measure {}

    /** Tell a person, as urgently as can be. */
    record Alarm(String evidence) implements Measure {}

    /** The same, and stop the node's containers. */
    record Stop(String evidence) implements Measure {}
  }

  /**
   * The measure on what the remotes say of one node.
   *
   * @param stranger what shows that another installation streams it too; null if nothing does
   * @param events the notes of the node
   */
  public Measure decide(@Nullable String stranger, List<HandoffEvent> events) {
    Optional<String> claim =
        events.stream().flatMap(e -> claimedElsewhere(e, events).stream()).findFirst();
    String evidence = claim.orElse(stranger);
    if (evidence == null) {
      return new Measure.Nothing();
    }
    boolean stop =
        switch (wish) {
          case STOP -> true;
          case ALERT -> false;
          case DEFAULT -> handedOff || claim.isPresent();
        };
    return stop ? new Measure.Stop(evidence) : new Measure.Alarm(evidence);
  }

  /** Whether this installation took the node over again, after it went away at {@code left}. */
  private boolean cameBack(Instant left, List<HandoffEvent> events) {
    return events.stream()
        .anyMatch(
            e ->
                e instanceof HandoffEvent.Claimed(_, var claimant, var at)
                    && claimant != null
                    && claimant.installation().equals(self)
                    && at.isAfter(left));
  }

  /** Of an offer that this installation made. */
  private Optional<String> claimedElsewhere(HandoffEvent event, List<HandoffEvent> events) {
    boolean own =
        events.stream()
            .anyMatch(
                e ->
                    e instanceof HandoffEvent.Offer(var offer, _)
                        && offer.id().equals(event.id())
                        && offer.writer().equals(self));
    boolean givenUp =
        events.stream()
            .anyMatch(e -> e instanceof HandoffEvent.Abandoned a && a.id().equals(event.id()));
    if (!own || givenUp) {
      return Optional.empty();
    }
    if (!(event instanceof HandoffEvent.Claimed(_, var claimant, var at)) || cameBack(at, events)) {
      return Optional.empty();
    }
    if (claimant == null) {
      return Optional.of("somebody claimed its handoff");
    }
    return claimant.installation().equals(self)
        ? Optional.empty()
        : Optional.of("host %s claimed its handoff at %s".formatted(claimant.host(), at));
  }
}

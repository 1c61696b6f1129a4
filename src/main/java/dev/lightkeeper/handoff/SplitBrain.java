package dev.lightkeeper.handoff;

import dev.lightkeeper.remote.Writer;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a host does on a sign that a node of it runs elsewhere as well.
 *
 * @param wish what the configuration says of it
 * @param self this installation's id
 * @param handedOff whether the node is locked here, or was taken over from another host: then
 *     stopping is the default
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
   * @param strangers writers that announced themselves after this installation did
   * @param events the notes of the node
   */
  public Measure decide(List<Writer> strangers, List<HandoffEvent> events) {
    Optional<String> claim =
        events.stream().flatMap(e -> claimedElsewhere(e, events).stream()).findFirst();
    Optional<String> stranger =
        strangers.stream()
            .filter(w -> !w.id().equals(self))
            .map(w -> "host %s streams this node since %s".formatted(w.host(), w.since()))
            .findFirst();
    String evidence = claim.or(() -> stranger).orElse(null);
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
    if (!(event instanceof HandoffEvent.Claimed(_, var claimant, var at))) {
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

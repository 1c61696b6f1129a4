package dev.lightkeeper.handoff;

/** The answer to a {@link Question}. */
public sealed interface Verdict {
  /** Nothing speaks against it, and nobody claimed it: it may be claimed, and asked again. */
  record Open(Handoff offer) implements Verdict {}

  /** Nothing speaks against it, and the one who asks has the only claim: it may go live. */
  record Granted(Handoff offer) implements Verdict {}

  /**
   * It must not go live.
   *
   * @param what what was found, where: one sentence without a full stop
   * @param remedy what to do next: one sentence without a full stop
   */
  record Refused(Refusal refusal, String what, String remedy) implements Verdict {}
}

package dev.lightkeeper.cli;

/** The one door through which channel databases could go live: closed without a handoff. */
final class LiveChannelState {
  private LiveChannelState() {}

  /** There is no handoff that says that the old server will never start again. */
  static CliException refused() {
    return new CliException(
        ExitCode.REFUSED,
        "restore --migrate needs a handoff: proof that the old server never starts again",
        "without one, restore without --migrate: channel databases stay aside, and the channel"
            + " backup brings the funds back");
  }
}

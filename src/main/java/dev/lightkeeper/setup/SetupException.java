package dev.lightkeeper.setup;

/** Something on this host stands in the way of setting up. Says what to do next. */
public final class SetupException extends Exception {
  private final String remedy;

  /**
   * @param what what happened, to which file: one sentence without a full stop
   * @param remedy what the person can do next: one sentence without a full stop
   */
  public SetupException(String what, String remedy) {
    super(what);
    this.remedy = remedy;
  }

  /** What the person can do next. */
  public String remedy() {
    return remedy;
  }
}

package dev.lightkeeper.alert;

import org.jspecify.annotations.Nullable;

/** A notice did not arrive. Never holds a secret: no token, no path of an address. */
public final class DeliveryException extends Exception {
  private final String remedy;

  /**
   * @param what what happened, to which thing: one sentence without a full stop
   * @param remedy what the person can do next: one sentence without a full stop
   */
  public DeliveryException(String what, String remedy, @Nullable Throwable cause) {
    super(what, cause);
    this.remedy = remedy;
  }

  /** What happened, to which thing. */
  public String what() {
    return String.valueOf(getMessage());
  }

  /** What the person can do next. */
  public String remedy() {
    return remedy;
  }
}

package dev.lightkeeper.remote.sftp;

import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** The words of the failure behind a chain of wrapped ones. */
final class Causes {
  private Causes() {}

  /** One phrase, without class names where there are words. */
  static String of(Throwable failure) {
    Throwable root = failure;
    for (@Nullable Throwable next = root; next != null; next = next.getCause()) {
      root = next;
    }
    String message = root.getMessage();
    if (root instanceof UnknownHostException) {
      return "no such host: " + message;
    }
    return message == null || message.isBlank() ? root.getClass().getSimpleName() : message;
  }
}

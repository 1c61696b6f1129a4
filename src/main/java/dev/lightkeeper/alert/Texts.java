package dev.lightkeeper.alert;

import java.nio.charset.StandardCharsets;

/** Texts cut to what the other side takes. */
final class Texts {
  private Texts() {}

  /** The beginning of {@code text}: at most {@code bytes} as UTF-8. */
  static String head(String text, int bytes) {
    int end = text.length();
    while (size(text, 0, end) > bytes) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end);
  }

  /** The end of {@code text}: at most {@code bytes} as UTF-8. */
  static String tail(String text, int bytes) {
    int begin = 0;
    while (size(text, begin, text.length()) > bytes) {
      begin = text.offsetByCodePoints(begin, 1);
    }
    return text.substring(begin);
  }

  private static int size(String text, int begin, int end) {
    return text.substring(begin, end).getBytes(StandardCharsets.UTF_8).length;
  }
}

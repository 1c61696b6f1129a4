package dev.lightkeeper.alert;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** One line of text in a header, which takes printable ASCII only: RFC 2047. */
final class EncodedWord {
  private static final int MOST = 42; // bytes; an encoded word has at most 75 characters

  private EncodedWord() {}

  /** {@code text} as it is where that may be; encoded otherwise. Never holds a line break. */
  static String of(String text, String separator) {
    if (text.chars().allMatch(c -> c >= ' ' && c <= '~') && !text.contains("=?")) {
      return text;
    }
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int bytes = 0;
    for (int point : text.codePoints().toArray()) {
      String character = Character.toString(point);
      int size = character.getBytes(StandardCharsets.UTF_8).length;
      if (bytes + size > MOST) {
        words.add(encoded(word));
        word.setLength(0);
        bytes = 0;
      }
      word.append(character);
      bytes += size;
    }
    words.add(encoded(word));
    return String.join(separator, words);
  }

  private static String encoded(StringBuilder word) {
    return "=?UTF-8?B?"
        + Base64.getEncoder().encodeToString(word.toString().getBytes(StandardCharsets.UTF_8))
        + "?=";
  }
}

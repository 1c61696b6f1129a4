package dev.lightkeeper.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * In which line each key of a TOML text stands. Jackson's TOML parser reads the whole text before
 * its first token, so its tokens have no locations; this looks at headers and keys only.
 */
final class KeyLines {
  private static final String SEGMENT = "\"[^\"\\\\]*\"|'[^']*'|[A-Za-z0-9_-]+";
  private static final String KEY = "(?:%1$s)(?:\\s*\\.\\s*(?:%1$s))*".formatted(SEGMENT);
  private static final Pattern HEADER = Pattern.compile("\\s*\\[\\s*(" + KEY + ")\\s*].*");
  private static final Pattern ENTRY = Pattern.compile("\\s*(" + KEY + ")\\s*=(.*)");
  private static final Pattern ONE = Pattern.compile(SEGMENT);

  private final Map<List<String>, Integer> lines;

  private KeyLines(Map<List<String>, Integer> lines) {
    this.lines = Map.copyOf(lines);
  }

  /** Scans a text; what it does not understand it passes over. */
  static KeyLines scan(String text) {
    Map<List<String>, Integer> lines = new HashMap<>();
    List<String> table = List.of();
    String openString = "";
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (!openString.isEmpty()) {
        openString = line.contains(openString) ? "" : openString;
        continue;
      }
      Matcher header = HEADER.matcher(line);
      Matcher entry = ENTRY.matcher(line);
      if (header.matches()) {
        table = segments(header.group(1));
        put(lines, table, number);
      } else if (entry.matches()) {
        List<String> path = new ArrayList<>(table);
        path.addAll(segments(entry.group(1)));
        put(lines, List.copyOf(path), number);
        openString = opened(entry.group(2).strip());
      }
    }
    return new KeyLines(lines);
  }

  /** The line of the key at {@code path}, or of the nearest table around it; 0 if unknown. */
  int of(List<String> path) {
    for (int length = path.size(); length > 0; length--) {
      Integer line = lines.get(path.subList(0, length));
      if (line != null) {
        return line;
      }
    }
    return 0;
  }

  private static void put(Map<List<String>, Integer> lines, List<String> path, int number) {
    lines.putIfAbsent(path, number);
    // A table that only a dotted key or header implies stands where it is first named.
    for (int length = 1; length < path.size(); length++) {
      lines.putIfAbsent(List.copyOf(path.subList(0, length)), number);
    }
  }

  private static List<String> segments(String key) {
    return ONE.matcher(key)
        .results()
        .map(m -> m.group())
        .map(s -> s.startsWith("\"") || s.startsWith("'") ? s.substring(1, s.length() - 1) : s)
        .toList();
  }

  private static String opened(String value) {
    for (String quotes : List.of("\"\"\"", "'''")) {
      if (value.startsWith(quotes) && !value.substring(3).contains(quotes)) {
        return quotes;
      }
    }
    return "";
  }
}

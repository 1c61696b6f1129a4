package dev.lightkeeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One table of the file while it is read. Keys are taken by type; what does not fit is reported and
 * answered as if it were missing, so that reading goes on to the next problem.
 */
final class Section {
  private final List<String> path;
  private final JsonNode table;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();

  Section(List<String> path, JsonNode table, Problems problems) {
    this.path = List.copyOf(path);
    this.table = table;
    this.problems = problems;
  }

  /** Reports {@code key} of this table. */
  void problem(String key, String message, String remedy) {
    problems.add(pathOf(key), message, remedy);
  }

  /** Reports this table itself. */
  void problem(String message, String remedy) {
    problems.add(path, message, remedy);
  }

  /** The tables within the table {@code key}, in the order of the file. */
  List<Named> tables(String key) {
    JsonNode value = take(key);
    List<Named> found = new ArrayList<>();
    if (value == null) {
      return found;
    }
    String example = "Write [%s.NAME]".formatted(String.join(".", pathOf(key)));
    if (!value.isObject()) {
      problem(key, "must be a table", example);
      return found;
    }
    for (var entry : value.properties()) {
      List<String> inner = new ArrayList<>(pathOf(key));
      inner.add(entry.getKey());
      if (entry.getValue().isObject()) {
        found.add(new Named(entry.getKey(), new Section(inner, entry.getValue(), problems)));
      } else {
        problems.add(inner, "must be a table", example);
      }
    }
    return found;
  }

  /** The table {@code key}; empty if it is missing. */
  Optional<Section> table(String key) {
    JsonNode value = take(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      problem(key, "must be a table", "Write [%s]".formatted(String.join(".", pathOf(key))));
      return Optional.empty();
    }
    return Optional.of(new Section(pathOf(key), value, problems));
  }

  /** Whether {@code key} is there, whatever it holds; from then on it is known. */
  boolean has(String key) {
    return take(key) != null;
  }

  /** A text that must be there. */
  @Nullable String requiredText(String key, String example) {
    if (!has(key)) {
      missing(key, example);
    }
    return text(key, example);
  }

  /** Reports that {@code key} is not there. */
  void missing(String key, String example) {
    problem(key, "is missing", "Add %s = \"%s\"".formatted(key, example));
  }

  /** A text that may be missing. */
  @Nullable String text(String key, String example) {
    JsonNode value = take(key);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      problem(
          key,
          "must be a text in quotes, not " + kind(value),
          "Write it like %s = \"%s\"".formatted(key, example));
      return null;
    }
    if (value.textValue().isBlank()) {
      problem(key, "is empty", "Write it like %s = \"%s\"".formatted(key, example));
      return null;
    }
    return value.textValue();
  }

  /** An absolute path that may be missing. */
  @Nullable Path path(String key, String example) {
    String text = text(key, example);
    if (text == null) {
      return null;
    }
    String remedy = "Write the whole path, like %s = \"%s\"".formatted(key, example);
    try {
      Path written = Path.of(text);
      if (written.isAbsolute()) {
        return written.normalize();
      }
      problem(key, "is not an absolute path: " + text, remedy);
    } catch (InvalidPathException e) {
      problem(key, "is not a path", remedy);
    }
    return null;
  }

  /** A duration of at least {@code least}: whole seconds, or a text with a unit. */
  Duration duration(String key, Duration least, Duration missing) {
    JsonNode value = take(key);
    if (value == null) {
      return missing;
    }
    Optional<Duration> read = Optional.empty();
    if (value.isTextual()) {
      read = Quantities.duration(value.textValue());
    } else if (value.isIntegralNumber() && value.canConvertToInt()) {
      read = Optional.of(Duration.ofSeconds(value.intValue()));
    }
    String remedy = "Write seconds, like 5, or a text like \"500ms\", \"5s\" or \"1m\"";
    if (read.isEmpty()) {
      problem(key, "is not a duration", remedy);
      return missing;
    }
    if (read.get().compareTo(least) < 0) {
      problem(key, "is less than " + least.toMillis() + " ms", remedy);
      return missing;
    }
    return read.get();
  }

  /** A size of at least {@code least} bytes: a whole number, or a text with a unit. */
  long bytes(String key, long least, long missing) {
    JsonNode value = take(key);
    if (value == null) {
      return missing;
    }
    Optional<Long> read = Optional.empty();
    if (value.isTextual()) {
      read = Quantities.bytes(value.textValue());
    } else if (value.isIntegralNumber() && value.canConvertToLong()) {
      read = Optional.of(value.longValue());
    }
    String remedy = "Write bytes, like 268435456, or a text like \"256MiB\"";
    if (read.isEmpty()) {
      problem(key, "is not a size", remedy);
      return missing;
    }
    if (read.get() < least) {
      problem(key, "is less than " + least + " bytes", remedy);
      return missing;
    }
    return read.get();
  }

  /** A rate of at least {@code least} bytes a second, that may be missing. */
  @Nullable Long rate(String key, long least) {
    String text = text(key, "2 MiB/s");
    if (text == null) {
      return null;
    }
    Optional<Long> read = Quantities.rate(text);
    String remedy = "Write a text like \"512 KiB/s\" or \"2 MiB/s\"";
    if (read.isEmpty()) {
      problem(key, "is not a rate", remedy);
      return null;
    }
    if (read.get() < least) {
      problem(key, "is less than " + least + " bytes a second", remedy);
      return null;
    }
    return read.get();
  }

  /** A whole number from 0 to {@code most}. */
  int count(String key, int most, int missing) {
    JsonNode value = take(key);
    if (value == null) {
      return missing;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 0
        || value.intValue() > most) {
      problem(
          key,
          "is not a whole number from 0 to " + most,
          "Write it without quotes, like %s = 7".formatted(key));
      return missing;
    }
    return value.intValue();
  }

  /** True or false; false if it is missing. */
  boolean flag(String key) {
    JsonNode value = take(key);
    if (value != null && !value.isBoolean()) {
      problem(
          key,
          "must be true or false, not " + kind(value),
          "Write it without quotes, like %s = true".formatted(key));
    }
    return value != null && value.asBoolean();
  }

  /** A list of texts, or one text alone; null if it is missing or something else. */
  @Nullable List<String> textOrTexts(String key, String example) {
    JsonNode value = take(key);
    if (value != null && value.isTextual()) {
      String one = text(key, example);
      return one == null ? null : List.of(one);
    }
    return texts(key, example);
  }

  /** A list of texts; null if it is missing or something else. */
  @Nullable List<String> texts(String key, String example) {
    JsonNode value = take(key);
    if (value == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode one : value) {
      texts.add(one.isTextual() ? one.textValue() : "");
    }
    if (!value.isArray() || texts.contains("")) {
      problem(
          key,
          "must be a list of texts in quotes",
          "Write it like %s = [\"%s\"]".formatted(key, example));
      return null;
    }
    return texts;
  }

  /** Reports every key that nobody asked for. Call it last. */
  void refuseOthers() {
    for (var entry : table.properties()) {
      String key = entry.getKey();
      if (!known.contains(key)) {
        String remedy =
            Spelling.nearest(key, known)
                .map("Write %s, if that is meant"::formatted)
                .orElse("Remove it; known here: " + String.join(", ", known));
        problem(key, "is not known", remedy);
      }
    }
  }

  /** A table and its name. */
  record Named(String name, Section section) {}

  private @Nullable JsonNode take(String key) {
    known.add(key);
    return table.get(key);
  }

  private List<String> pathOf(String key) {
    List<String> whole = new ArrayList<>(path);
    whole.add(key);
    return whole;
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> "a number";
      case STRING -> "a text";
      case BOOLEAN -> "true or false";
      case ARRAY -> "a list";
      case OBJECT -> "a table";
      default -> "a date";
    };
  }
}

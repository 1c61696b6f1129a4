package dev.lightkeeper.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** How a {@link Writer} is kept in a node's folder on every remote: a small JSON object. */
public final class WriterFile {
  /** The file of the writer that announced itself last, where files can be replaced. */
  public static final String NAME = "writer.json";

  private static final Pattern NAMES = Pattern.compile("writer(-\\d{15}-[0-9a-f]{32})?\\.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private WriterFile() {}

  /** The file of one announcement alone, named by its time in milliseconds; never replaced. */
  public static String nameOf(Writer writer) {
    return "writer-%015d-%s.json".formatted(writer.since().toEpochMilli(), writer.id());
  }

  /** Whether a file of this name holds a writer. */
  public static boolean isName(String fileName) {
    return NAMES.matcher(fileName).matches();
  }

  /** The file's content. */
  public static byte[] write(Writer writer) {
    Map<String, String> fields =
        new TreeMap<>(
            Map.of("id", writer.id(), "host", writer.host(), "since", writer.since().toString()));
    try {
      return (JSON.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new AssertionError("three strings are always JSON", e);
    }
  }

  /** The writer that a file's content states; empty if it is torn or something else. */
  public static Optional<Writer> read(byte[] content) {
    try {
      JsonNode json = JSON.readTree(content);
      return Optional.of(
          new Writer(
              json.path("id").asText(),
              json.path("host").asText(),
              Instant.parse(json.path("since").asText())));
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }
}

package dev.lightkeeper.remote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the manifest beside an archive says of the archive's file: {@code size} and {@code sha256}
 * in the object {@code archive} of a JSON object. What else it holds is the business of who writes
 * archives.
 *
 * @param size of the archive's file, in bytes
 * @param hash of the archive's file
 */
public record ArchiveManifest(long size, Sha256 hash) {
  /** The most bytes a manifest may have. */
  public static final int MAX_SIZE = 64 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws IllegalArgumentException if the size is negative
   */
  public ArchiveManifest {
    if (size < 0) {
      throw new IllegalArgumentException("not a size: " + size);
    }
  }

  /** The least manifest: these fields and nothing else. */
  public byte[] toJson() {
    Map<String, Object> fields = new TreeMap<>(Map.of("size", size, "sha256", hash.hex()));
    try {
      return (JSON.writeValueAsString(Map.of("archive", fields)) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a number and a string are always JSON", e);
    }
  }

  /** What a manifest's content states; empty if it is torn or something else. */
  public static Optional<ArchiveManifest> parse(byte[] content) {
    // Read as a stream: it may name a hundred thousand files.
    try (JsonParser json = JSON.createParser(content)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      Optional<ArchiveManifest> found = Optional.empty();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean archive = json.currentName().equals("archive");
        json.nextToken();
        if (archive) {
          JsonNode file = json.readValueAsTree();
          found =
              Optional.of(
                  new ArchiveManifest(
                      file.path("size").asLong(-1), new Sha256(file.path("sha256").asText())));
        } else {
          json.skipChildren();
        }
      }
      return json.currentToken() == JsonToken.END_OBJECT ? found : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

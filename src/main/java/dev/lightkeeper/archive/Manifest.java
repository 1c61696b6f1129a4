package dev.lightkeeper.archive;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of {@code lightkeeper.json}, the last entry of an archive, schema 1:
 *
 * <pre>
 * format   "lightkeeper-archive"
 * schema   1
 * tool, created (ISO 8601, UTC), mode ("backup" or "migrate"), host
 * facts    what the backup knows besides: nodes, versions, durations
 * archive  only in the file beside the archive: its name, size (bytes) and sha256
 * entries  in the archive's order, the manifest itself left out:
 *          path, or path_base64 if it is not UTF-8
 *          type: file, hard_link, symbolic_link, directory, fifo, character_device, block_device
 *          size (bytes) and sha256 of a file; link or link_base64 of a link
 * </pre>
 */
final class Manifest {
  static final int SCHEMA = 1;
  private static final String FORMAT = "lightkeeper-archive";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Manifest() {}

  /** Is given each entry that a manifest names. */
  interface EntrySink {
    void entry(ManifestEntry entry) throws IOException, ArchiveException;
  }

  /** Gives each entry that a manifest is to name. */
  interface EntrySource {
    void giveTo(EntryWriter writer) throws IOException;
  }

  /** Takes entries to be written. */
  interface EntryWriter {
    void write(ManifestEntry entry) throws IOException;
  }

  /**
   * Writes one, and leaves {@code out} open.
   *
   * @param archive the archive's file, or null inside of it
   * @param entries null to leave the entries out
   */
  static void write(
      OutputStream out,
      ManifestHead head,
      @Nullable ArchiveFile archive,
      @Nullable EntrySource entries)
      throws IOException {
    JsonGenerator json = JSON.createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.writeStartObject();
    json.writeStringField("format", FORMAT);
    json.writeNumberField("schema", SCHEMA);
    json.writeStringField("tool", head.tool());
    json.writeStringField("created", head.created().toString());
    json.writeStringField("mode", head.mode().word());
    json.writeStringField("host", head.host());
    json.writeFieldName("facts");
    JSON.writeValue(json, head.facts());
    if (archive != null) {
      json.writeObjectFieldStart("archive");
      json.writeStringField("name", archive.name());
      json.writeNumberField("size", archive.size());
      json.writeStringField("sha256", archive.sha256().hex());
      json.writeEndObject();
    }
    if (entries != null) {
      json.writeArrayFieldStart("entries");
      entries.giveTo(entry -> write(json, entry));
      json.writeRaw('\n');
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeRaw('\n');
    json.close();
  }

  private static void write(JsonGenerator json, ManifestEntry entry) throws IOException {
    json.writeStartObject();
    writeBytes(json, "path", entry.name().shared());
    json.writeStringField("type", entry.type().name().toLowerCase(Locale.ROOT));
    if (entry.sha256() != null) {
      json.writeNumberField("size", entry.size());
      json.writeStringField("sha256", entry.sha256().hex());
    }
    if (entry.link() != null) {
      writeBytes(json, "link", entry.link().shared());
    }
    json.writeEndObject();
  }

  private static void writeBytes(JsonGenerator json, String field, byte[] value)
      throws IOException {
    String text = EntryName.text(value);
    if (text == null) {
      json.writeStringField(field + "_base64", Base64.getEncoder().encodeToString(value));
    } else {
      json.writeStringField(field, text);
    }
  }

  /**
   * Reads one, and leaves {@code in} open.
   *
   * @throws Unreadable if it is no manifest, or of a schema that is not known
   * @throws JsonProcessingException if it is no JSON
   */
  static ManifestHead read(InputStream in, EntrySink sink) throws IOException, ArchiveException {
    Map<String, String> texts = new HashMap<>();
    Map<String, Object> facts = Map.of();
    JsonParser json = JSON.createParser(in);
    expect(json, JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "facts" -> facts = facts(json);
        case "entries" -> {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            sink.entry(entry(JSON.readTree(json)));
          }
        }
        case "format", "schema", "tool", "created", "mode", "host" ->
            texts.put(field, json.getText());
        default -> json.skipChildren();
      }
    }
    if (!FORMAT.equals(texts.get("format"))
        || !Integer.toString(SCHEMA).equals(texts.get("schema"))) {
      throw new Unreadable(
          "it is no manifest of schema " + SCHEMA + ": a later Lightkeeper's, or changed");
    }
    return head(texts, facts);
  }

  private static Map<String, Object> facts(JsonParser json) throws IOException {
    Map<String, Object> facts = JSON.readValue(json, new TypeReference<Map<String, Object>>() {});
    if (facts == null || facts.containsValue(null)) {
      throw new Unreadable("a fact is missing");
    }
    return facts;
  }

  private static ManifestHead head(Map<String, String> texts, Map<String, Object> facts)
      throws IOException {
    try {
      ArchiveMode mode =
          text(texts, "mode").equals(ArchiveMode.MIGRATE.word())
              ? ArchiveMode.MIGRATE
              : ArchiveMode.BACKUP;
      return new ManifestHead(
          text(texts, "tool"),
          Instant.parse(text(texts, "created")),
          mode,
          text(texts, "host"),
          facts);
    } catch (DateTimeException e) {
      throw new Unreadable("its time is none: " + texts.get("created"), e);
    }
  }

  private static String text(Map<String, String> texts, String field) throws IOException {
    String text = texts.get(field);
    if (text == null) {
      throw new Unreadable("it lacks " + field);
    }
    return text;
  }

  private static ManifestEntry entry(JsonNode node) throws IOException {
    try {
      EntryName path = bytes(node, "path");
      JsonNode sha256 = node.get("sha256");
      if (path == null) {
        throw new Unreadable("an entry lacks its path");
      }
      return new ManifestEntry(
          path,
          EntryType.valueOf(node.path("type").asText().toUpperCase(Locale.ROOT)),
          node.path("size").asLong(),
          sha256 == null ? null : new Sha256(sha256.asText()),
          bytes(node, "link"));
    } catch (IllegalArgumentException e) {
      throw new Unreadable("an entry is not as it should be: " + node, e);
    }
  }

  private static @Nullable EntryName bytes(JsonNode node, String field) {
    JsonNode coded = node.get(field + "_base64");
    if (coded != null) {
      return EntryName.of(Base64.getDecoder().decode(coded.asText()));
    }
    JsonNode text = node.get(field);
    return text == null ? null : EntryName.of(text.asText());
  }

  private static void expect(JsonParser json, JsonToken token) throws IOException {
    if (json.nextToken() != token) {
      throw new Unreadable("it is not a JSON object");
    }
  }

  /** It was read, and is not what it should be. */
  static final class Unreadable extends IOException {
    Unreadable(String message) {
      super(message);
    }

    Unreadable(String message, Exception cause) {
      super(message, cause);
    }
  }
}

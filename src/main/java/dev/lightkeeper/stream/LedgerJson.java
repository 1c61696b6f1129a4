package dev.lightkeeper.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Version;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A ledger as JSON. Unknown fields are ignored; a missing required one is refused. */
final class LedgerJson {
  private LedgerJson() {}

  static ObjectNode write(Ledger ledger, ObjectNode out) {
    out.put("last_sequence", ledger.lastSequence());
    kept(out, "newest", ledger.newest());
    kept(out, "good", ledger.good());
    ObjectNode holdings = out.putObject("remotes");
    ledger.holdings().forEach((remote, h) -> holding(holdings.putObject(remote), h));
    Inventory inventory = ledger.inventory();
    if (inventory != null) {
      inventory(out.putObject("inventory"), inventory);
    }
    return out;
  }

  private static void inventory(ObjectNode out, Inventory inventory) {
    ObjectNode channels = out.putObject("channels");
    inventory.channels().forEach(channels::put);
    ObjectNode missing = out.putObject("missing");
    inventory.missing().forEach(missing::put);
    if (inventory.missingSince() != null) {
      out.put("missing_since", inventory.missingSince().toString());
    }
    if (inventory.identity() != null) {
      out.put("identity", inventory.identity());
    }
    Inventory.Fork fork = inventory.fork();
    if (fork != null) {
      out.putObject("fork")
          .put("last", fork.last())
          .put("at", fork.at().toString())
          .put("held", fork.held());
    }
  }

  private static @Nullable Inventory inventory(JsonNode in) {
    JsonNode inventory = in.get("inventory");
    return inventory == null
        ? null
        : new Inventory(
            texts(inventory.required("channels")),
            texts(inventory.required("missing")),
            inventory.has("missing_since")
                ? Instant.parse(inventory.get("missing_since").asText())
                : null,
            inventory.has("identity") ? inventory.get("identity").asText() : null,
            fork(inventory.get("fork")));
  }

  private static Inventory.@Nullable Fork fork(@Nullable JsonNode in) {
    return in == null
        ? null
        : new Inventory.Fork(
            in.required("last").asLong(),
            Instant.parse(in.required("at").asText()),
            in.required("held").asText());
  }

  private static Map<String, String> texts(JsonNode in) {
    Map<String, String> texts = new HashMap<>();
    in.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
    return texts;
  }

  private static void holding(ObjectNode out, Ledger.Holding h) {
    kept(out, "durable", h.durable());
    out.put("verified", h.verified());
    if (h.durableAt() != null) {
      out.put("durable_at", h.durableAt().toString());
    }
    if (h.lagMillis() != null) {
      out.put("lag_millis", h.lagMillis());
    }
    out.put("superseded", h.superseded());
    ArrayNode seen = out.putArray("seen_writers");
    h.seenWriters()
        .forEach(w -> seen.addObject().put("id", w.id()).put("since", w.since().toString()));
  }

  private static void kept(ObjectNode out, String name, @Nullable Kept kept) {
    if (kept != null) {
      out.putObject(name)
          .put("sequence", kept.version().sequence())
          .put("observed_at", kept.version().observedAt().toString())
          .put("sha256", kept.version().hash().hex())
          .put("size", kept.size());
    }
  }

  static Ledger read(NodeName node, JsonNode in) {
    Map<String, Ledger.Holding> holdings = new HashMap<>();
    for (Map.Entry<String, JsonNode> e : in.required("remotes").properties()) {
      holdings.put(e.getKey(), holding(e.getValue()));
    }
    return new Ledger(
        node,
        in.required("last_sequence").asLong(),
        kept(in, "newest"),
        kept(in, "good"),
        holdings,
        inventory(in));
  }

  private static Ledger.Holding holding(JsonNode in) {
    Set<Ledger.SeenWriter> seen = new HashSet<>();
    for (JsonNode w : in.path("seen_writers")) {
      seen.add(
          new Ledger.SeenWriter(
              w.required("id").asText(), Instant.parse(w.required("since").asText())));
    }
    return new Ledger.Holding(
        kept(in, "durable"),
        in.path("verified").asBoolean(),
        in.has("durable_at") ? Instant.parse(in.get("durable_at").asText()) : null,
        in.has("lag_millis") ? in.get("lag_millis").asLong() : null,
        in.path("superseded").asLong(),
        seen);
  }

  private static @Nullable Kept kept(JsonNode in, String name) {
    JsonNode kept = in.get(name);
    return kept == null
        ? null
        : new Kept(
            new Version(
                kept.required("sequence").asLong(),
                Instant.parse(kept.required("observed_at").asText()),
                new Sha256(kept.required("sha256").asText())),
            kept.required("size").asLong());
  }
}

package dev.lightkeeper.handoff;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Note;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How events are kept on every remote: {@code <node>/handoff/<event>-<id>.json}, one file an event,
 * never replaced. A name alone counts where it is a warning: a torn claim is somebody's claim, a
 * torn void is void.
 */
public final class HandoffNotes {
  private static final Pattern NAME =
      Pattern.compile("(offer|claim|spent|abandoned|void)-([0-9a-f]{32})\\.json");

  private HandoffNotes() {}

  /** The note that says {@code event}. */
  public static Note write(HandoffEvent event) {
    return switch (event) {
      case HandoffEvent.Offer offer -> note("offer", offer.id(), OfferFile.of(offer));
      case HandoffEvent.Claimed e -> note("claim", e.id(), ActFile.of(e.claimant(), e.at()));
      case HandoffEvent.Spent e -> note("spent", e.id(), ActFile.of(e.claimant(), e.at()));
      case HandoffEvent.Abandoned e -> note("abandoned", e.id(), ActFile.of(e.claimant(), e.at()));
      case HandoffEvent.Voided e ->
          note("void", e.id(), new VoidFile(e.reason(), e.host(), e.at()));
      case HandoffEvent.Torn e ->
          throw new IllegalArgumentException("nothing to write of " + e.id());
    };
  }

  private static Note note(String event, HandoffId id, Object content) {
    return new Note(event + "-" + id + ".json", Json.print(content) + "\n");
  }

  /** What a note in the folder of {@code node} says; empty if its name says nothing. */
  public static Optional<HandoffEvent> read(NodeName node, Note note) {
    Matcher name = NAME.matcher(note.name());
    if (!name.matches()) {
      return Optional.empty();
    }
    HandoffId id = new HandoffId(name.group(2));
    return Optional.of(
        switch (name.group(1)) {
          case "offer" -> offer(id, node, note);
          case "claim" -> {
            ActFile act = act(note);
            yield new HandoffEvent.Claimed(id, act.claimant(), act.time());
          }
          case "spent" -> {
            ActFile act = act(note);
            yield new HandoffEvent.Spent(id, act.claimant(), act.time());
          }
          case "abandoned" -> {
            ActFile act = act(note);
            yield new HandoffEvent.Abandoned(id, act.claimant(), act.time());
          }
          default -> voided(id, note);
        });
  }

  /** The text of the note that offers it. */
  public static String text(Handoff offer) {
    return write(new HandoffEvent.Offer(offer, false)).text();
  }

  /** The offer that the text of a note holds. */
  public static Handoff offer(String text) throws IOException {
    return Json.parse(text, OfferFile.class).handoff();
  }

  private static HandoffEvent offer(HandoffId id, NodeName node, Note note) {
    try {
      OfferFile file = Json.parse(note.text(), OfferFile.class);
      Handoff offer = file.handoff();
      return offer.id().equals(id)
          ? new HandoffEvent.Offer(offer, Boolean.TRUE.equals(file.decides()))
          : new HandoffEvent.Torn(id, node);
    } catch (IOException | RuntimeException e) {
      return new HandoffEvent.Torn(id, node);
    }
  }

  private static HandoffEvent voided(HandoffId id, Note note) {
    try {
      VoidFile file = Json.parse(note.text(), VoidFile.class);
      return new HandoffEvent.Voided(
          id,
          file.reason() == null ? "no reason given" : file.reason(),
          file.host() == null ? "unknown" : file.host(),
          file.at() == null ? Instant.EPOCH : file.at());
    } catch (IOException e) {
      return new HandoffEvent.Voided(
          id, "its note is torn, and counts all the same", "unknown", Instant.EPOCH);
    }
  }

  private static ActFile act(Note note) {
    try {
      return Json.parse(note.text(), ActFile.class);
    } catch (IOException e) {
      return new ActFile(null, null, null, null);
    }
  }

  private record VoidFile(@Nullable String reason, @Nullable String host, @Nullable Instant at) {}

  private record ActFile(
      @Nullable String installation,
      @Nullable String host,
      @Nullable String token,
      @Nullable Instant at) {
    static ActFile of(@Nullable Claimant claimant, Instant at) {
      if (claimant == null) {
        throw new IllegalArgumentException("nobody does nothing");
      }
      return new ActFile(claimant.installation(), claimant.host(), claimant.token(), at);
    }

    // Not a getter's name: it is no field of the file.
    @Nullable Claimant claimant() {
      if (installation == null || host == null || token == null) {
        return null;
      }
      try {
        return new Claimant(installation, host, token);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    Instant time() {
      return at == null ? Instant.EPOCH : at;
    }
  }

  private record NodeFile(
      String name,
      String kind,
      Map<String, String> databases,
      @Nullable String channelBackup,
      long sequence) {
    static NodeFile of(OfferedNode node) {
      Map<String, String> databases = new TreeMap<>();
      node.sortedDatabases().forEach((path, hash) -> databases.put(path, hash.hex()));
      Sha256 backup = node.channelBackup();
      return new NodeFile(
          node.name().value(),
          node.kind().id(),
          databases,
          backup == null ? null : backup.hex(),
          node.sequence());
    }

    OfferedNode node() throws IOException {
      Map<String, Sha256> hashes = new TreeMap<>();
      databases.forEach((path, hash) -> hashes.put(path, new Sha256(hash)));
      NodeKind known =
          Arrays.stream(NodeKind.values())
              .filter(k -> k.id().equals(kind))
              .findFirst()
              .orElseThrow(() -> new IOException("it names an unknown kind of node: " + kind));
      return new OfferedNode(
          new NodeName(name),
          known,
          hashes,
          channelBackup == null ? null : new Sha256(channelBackup),
          sequence);
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record OfferFile(
      String id,
      String archive,
      List<NodeFile> nodes,
      String host,
      String writer,
      Instant at,
      String key,
      @Nullable String decider,
      @Nullable Boolean decides) {
    static OfferFile of(HandoffEvent.Offer offer) {
      Handoff h = offer.handoff();
      return new OfferFile(
          h.id().hex(),
          h.archive().hex(),
          h.nodes().stream().map(NodeFile::of).toList(),
          h.host(),
          h.writer(),
          h.at(),
          h.key(),
          h.decider(),
          offer.decides());
    }

    Handoff handoff() throws IOException {
      try {
        List<OfferedNode> offered = new ArrayList<>();
        for (NodeFile node : nodes) {
          offered.add(node.node());
        }
        return new Handoff(
            new HandoffId(id), new Sha256(archive), offered, host, writer, at, key, decider);
      } catch (IllegalArgumentException | NullPointerException | DateTimeException e) {
        throw new IOException("it is no offer", e);
      }
    }
  }
}

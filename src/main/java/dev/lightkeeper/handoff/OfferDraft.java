package dev.lightkeeper.handoff;

import dev.lightkeeper.node.Sha256;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An offer before its archive is sealed: what the archive's manifest says of it. */
public final class OfferDraft {
  /** The field of the manifest's facts. */
  public static final String FACT = "handoff";

  private final HandoffId id = HandoffId.random();
  private final KeyPair keys;

  private OfferDraft(KeyPair keys) {
    this.keys = keys;
  }

  /** One with an id and a key of its own. */
  public static OfferDraft make() {
    try {
      return new OfferDraft(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Java has Ed25519 since 15", e);
    }
  }

  /**
   * What the manifest is to hold under {@link #FACT}: {@code id} and {@code key}, and for an offer
   * that no remote holds {@code writer} and {@code at}.
   *
   * @param writer the source's installation id
   * @param at when its nodes had stopped
   */
  public Map<String, String> facts(String writer, Instant at) {
    return Map.of(
        "id",
        id.hex(),
        "key",
        key(),
        "writer",
        writer,
        "at",
        at.truncatedTo(ChronoUnit.MILLIS).toString());
  }

  /** Its id. */
  public HandoffId id() {
    return id;
  }

  String key() {
    return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
  }

  String secret() {
    return Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded());
  }

  Handoff offer(
      Sha256 archive,
      List<OfferedNode> nodes,
      String host,
      String writer,
      Instant at,
      @Nullable String decider) {
    return new Handoff(id, archive, nodes, host, writer, at, key(), decider);
  }
}

package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.HandoffException.Kind;
import dev.lightkeeper.node.Sha256;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What is carried by hand from source to destination where no remote is: {@code LKH1-} and, in
 * Base64 for URLs, the offer's id (16 bytes), the archive's SHA-256 (32), until when it is valid
 * (8, seconds since 1970) and the Ed25519 signature over these (64). Its key's public half is in
 * the archive's manifest.
 */
public final class HandoffCode {
  /** How long a code is valid after it was shown: the source cannot call it back. */
  public static final Duration VALIDITY = Duration.ofHours(2);

  private static final String PREFIX = "LKH1-";
  private static final int SIGNED = HandoffId.SIZE + 32 + Long.BYTES;
  private static final int SIGNATURE = 64;
  private static final String ALGORITHM = "Ed25519";

  private final HandoffId id;
  private final Sha256 archive;
  private final Instant until;
  private final byte[] signature;

  private HandoffCode(HandoffId id, Sha256 archive, Instant until, byte[] signature) {
    this.id = id;
    this.archive = archive;
    this.until = until;
    this.signature = signature;
  }

  /**
   * Signs one.
   *
   * @param secret the private key, PKCS #8 in Base64
   */
  static HandoffCode sign(HandoffId id, Sha256 archive, Instant until, String secret) {
    Instant seconds = until.truncatedTo(ChronoUnit.SECONDS);
    try {
      PrivateKey key =
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(secret)));
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(key);
      signer.update(signed(id, archive, seconds));
      return new HandoffCode(id, archive, seconds, signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the key of this offer cannot be used", e);
    }
  }

  /**
   * Reads one that was typed or pasted; blanks and line breaks in it do not matter.
   *
   * @throws HandoffException of kind REFUSED if it is none
   */
  static HandoffCode parse(String text) throws HandoffException {
    String bare = text.replaceAll("\\s", "");
    try {
      byte[] bytes =
          bare.startsWith(PREFIX)
              ? Base64.getUrlDecoder().decode(bare.substring(PREFIX.length()))
              : new byte[0];
      if (bytes.length == SIGNED + SIGNATURE) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] id = new byte[HandoffId.SIZE];
        byte[] archive = new byte[32];
        in.get(id).get(archive);
        return new HandoffCode(
            new HandoffId(HexFormat.of().formatHex(id)),
            new Sha256(HexFormat.of().formatHex(archive)),
            Instant.ofEpochSecond(in.getLong()),
            Arrays.copyOfRange(bytes, SIGNED, bytes.length));
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      throw noCode();
    }
    throw noCode();
  }

  private static HandoffException noCode() {
    return new HandoffException(
        Kind.REFUSED,
        "that is no handoff code, or not all of one",
        "copy the whole line that lightkeeper handoff show prints on the source");
  }

  /**
   * Insists that it is of this archive, still valid, and signed with the key in the archive.
   *
   * @param key the public key, X.509 in Base64
   * @throws HandoffException of kind REFUSED
   */
  void insistOn(HandoffId offer, Sha256 file, String key, Instant now) throws HandoffException {
    if (!id.equals(offer) || !archive.equals(file)) {
      throw new HandoffException(
          Kind.REFUSED,
          "the handoff code is of another archive: of SHA-256 %s, and this one has %s"
              .formatted(archive.abbreviated(), file.abbreviated()),
          "use the archive that was made with it, unchanged");
    }
    if (!genuine(key)) {
      throw new HandoffException(
          Kind.REFUSED,
          "the handoff code was not signed by the source of this archive",
          "copy it again from the source: lightkeeper handoff show");
    }
    if (now.isAfter(until)) {
      throw new HandoffException(
          Kind.REFUSED,
          "the handoff code was valid until " + until,
          "show a new one on the source: it looks first whether the node ran again");
    }
  }

  private boolean genuine(String key) {
    try {
      PublicKey pub =
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(key)));
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(pub);
      verifier.update(signed(id, archive, until));
      return verifier.verify(signature);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Until when it is valid. */
  public Instant until() {
    return until;
  }

  private static byte[] signed(HandoffId id, Sha256 archive, Instant until) {
    return ByteBuffer.allocate(SIGNED)
        .put(HexFormat.of().parseHex(id.hex()))
        .put(HexFormat.of().parseHex(archive.hex()))
        .putLong(until.getEpochSecond())
        .array();
  }

  /** The code itself. */
  @Override
  public String toString() {
    byte[] all =
        ByteBuffer.allocate(SIGNED + SIGNATURE)
            .put(signed(id, archive, until))
            .put(signature)
            .array();
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }
}

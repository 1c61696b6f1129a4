package dev.lightkeeper.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.OpenSSHPrivateKeyUtil;
import org.bouncycastle.crypto.util.OpenSSHPublicKeyUtil;

/**
 * The key pair this installation logs in with, in OpenSSH's format (openssh/PROTOCOL.key), without
 * a passphrase.
 *
 * @param file the private key; the public one is beside it, with {@code .pub} at the end
 * @param publicLine {@code ssh-ed25519 AAAA… comment}, as authorized_keys wants it
 * @param made whether it was made just now
 */
public record LoginKey(Path file, String publicLine, boolean made) {
  private static final String BEGIN = "-----BEGIN OPENSSH PRIVATE KEY-----";
  private static final String END = "-----END OPENSSH PRIVATE KEY-----";

  /**
   * The key pair in {@code file}; made, ed25519 and with mode 0600, if there is none. An existing
   * one is never changed.
   *
   * @param comment names the key for people
   * @throws SetupException if the public half of an existing key cannot be told
   */
  public static LoginKey obtain(Path file, String comment) throws SetupException, IOException {
    if (Files.exists(file)) {
      return new LoginKey(file, existing(file, comment), false);
    }
    Path publicFile = publicFile(file);
    if (Files.exists(publicFile)) {
      throw new SetupException(
          publicFile + " exists, but its private key " + file + " does not",
          "Put the private key back, or move the .pub file away");
    }
    Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(new SecureRandom());
    String publicLine = publicLine("ssh-ed25519", key.generatePublicKey(), comment);
    PrivateFile.write(file, armoured(OpenSSHPrivateKeyUtil.encodePrivateKey(key)));
    PrivateFile.write(publicFile, publicLine + "\n");
    return new LoginKey(file, publicLine, true);
  }

  private static String existing(Path file, String comment) throws SetupException, IOException {
    Path publicFile = publicFile(file);
    if (Files.exists(publicFile)) {
      return Files.readString(publicFile).strip();
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    String remedy = "Write its public half beside it: ssh-keygen -y -f %1$s > %1$s.pub";
    if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
      throw new SetupException(
          file + " is not a private key in OpenSSH's format", remedy.formatted(file));
    }
    try {
      String body = text.substring(BEGIN.length(), text.length() - END.length());
      AsymmetricKeyParameter key =
          OpenSSHPrivateKeyUtil.parsePrivateKeyBlob(Base64.getMimeDecoder().decode(body));
      if (key instanceof Ed25519PrivateKeyParameters ed25519) {
        return publicLine("ssh-ed25519", ed25519.generatePublicKey(), comment);
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new SetupException(
          file + " cannot be read as a key; it may have a passphrase, which cannot be used here",
          "Take a key without one, or let init make its own");
    }
    throw new SetupException(file + " is not an ed25519 key", remedy.formatted(file));
  }

  private static String publicLine(String type, AsymmetricKeyParameter key, String comment)
      throws IOException {
    return "%s %s %s"
        .formatted(
            type,
            Base64.getEncoder().encodeToString(OpenSSHPublicKeyUtil.encodePublicKey(key)),
            comment);
  }

  private static String armoured(byte[] blob) {
    Base64.Encoder lines = Base64.getMimeEncoder(70, "\n".getBytes(StandardCharsets.US_ASCII));
    return "%s\n%s\n%s\n".formatted(BEGIN, lines.encodeToString(blob), END);
  }

  private static Path publicFile(Path file) {
    return file.resolveSibling(file.getFileName() + ".pub");
  }
}

package dev.lightkeeper.remote.sftp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;

/**
 * The key that a server identifies itself with.
 *
 * @param type such as {@code ssh-ed25519}
 * @param fingerprint {@code SHA256:…}, as ssh-keygen prints it
 * @param knownHostsLine the line to pin it with, in OpenSSH's format, without a line end
 */
public record HostKey(
    String host, int port, String type, String fingerprint, String knownHostsLine) {

  static HostKey of(String host, int port, PublicKey key) {
    String type = KeyType.fromKey(key).toString();
    String name = port == 22 ? host : "[" + host + "]:" + port;
    String line = name + " " + type + " " + Base64.getEncoder().encodeToString(encoded(key));
    return new HostKey(host, port, type, fingerprint(key), line);
  }

  static String fingerprint(PublicKey key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(encoded(key));
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static byte[] encoded(PublicKey key) {
    return new Buffer.PlainBuffer().putPublicKey(key).getCompactData();
  }
}

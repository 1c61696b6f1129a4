package dev.lightkeeper.scb;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A peer's address, as both implementations write it: BOLT 7's address descriptors (type byte,
 * address, port).
 */
final class PeerAddress {
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

  private PeerAddress() {}

  /**
   * The next address, {@code host:port}; null for "none".
   *
   * @throws MalformedException also if its type is not known, since nobody knows where it ends
   */
  static @Nullable String read(Reader in) throws MalformedException {
    int type = in.u8();
    String host;
    switch (type) {
      case 0 -> {
        return null;
      }
      case 1 -> host = numeric(in.bytes(4));
      case 2 -> host = "[" + numeric(in.bytes(16)) + "]";
      case 3 -> host = base32(in.bytes(10)) + ".onion";
      case 4 -> host = base32(in.bytes(35)) + ".onion";
      case 5 -> host = printable(in.bytes(in.u8()));
      default -> throw new MalformedException("its addresses are of type " + type);
    }
    return host + ":" + in.u16();
  }

  private static String numeric(byte[] address) {
    try {
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are addresses", e);
    }
  }

  private static String base32(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int bits = 0;
    int held = 0;
    for (byte b : bytes) {
      held = (held << 8 | (b & 0xff)) & 0xfff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(BASE32.charAt(held >> bits & 31));
      }
    }
    return text.toString();
  }

  /** A name goes to terminals: whatever is no letter of a host's name becomes a question mark. */
  private static String printable(byte[] name) {
    return new String(name, StandardCharsets.US_ASCII).replaceAll("[^A-Za-z0-9._-]", "?");
  }
}

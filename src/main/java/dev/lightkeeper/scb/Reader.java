package dev.lightkeeper.scb;

import java.util.Arrays;
import java.util.HexFormat;

/** Bytes read from their beginning to their end, big endian, never beyond it. */
final class Reader {
  private final byte[] bytes;
  private final int end;
  private int at;

  Reader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private Reader(byte[] bytes, int at, int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  int left() {
    return end - at;
  }

  /** Goes {@code count} bytes on and says where it was. */
  private int take(long count) throws MalformedException {
    if (count < 0 || count > left()) {
      throw new MalformedException("it ends too early");
    }
    int was = at;
    at += (int) count;
    return was;
  }

  void skip(long count) throws MalformedException {
    var _ = take(count);
  }

  /** The next {@code count} bytes, as a reader of their own. */
  Reader part(long count) throws MalformedException {
    int from = take(count);
    return new Reader(bytes, from, at);
  }

  int u8() throws MalformedException {
    return bytes[take(1)] & 0xff;
  }

  int u16() throws MalformedException {
    return (int) number(2);
  }

  long u32() throws MalformedException {
    return number(4);
  }

  /** Unsigned in the format, and never that large where it is right. */
  long u64() throws MalformedException {
    return number(8);
  }

  /** An unsigned number of {@code count} bytes. */
  long number(int count) throws MalformedException {
    int from = take(count);
    long value = 0;
    for (int i = from; i < at; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  byte[] bytes(int count) throws MalformedException {
    int from = take(count);
    return Arrays.copyOfRange(bytes, from, at);
  }

  String hex(int count) throws MalformedException {
    int from = take(count);
    return HexFormat.of().formatHex(bytes, from, at);
  }

  /** A transaction's hash as people write it: the bytes backwards. */
  String txid() throws MalformedException {
    byte[] hash = bytes(32);
    for (int i = 0; i < 16; i++) {
      byte b = hash[i];
      hash[i] = hash[31 - i];
      hash[31 - i] = b;
    }
    return HexFormat.of().formatHex(hash);
  }

  /** A compressed public key. */
  String publicKey() throws MalformedException {
    String key = hex(33);
    if (!key.startsWith("02") && !key.startsWith("03")) {
      throw new MalformedException("there is no public key where one should be");
    }
    return key;
  }
}

package dev.lightkeeper.scb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.XChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * LND's {@code channel.backup}: a nonce of 24 bytes, then XChaCha20-Poly1305 with that nonce as
 * associated data too (lnencrypt/crypto.go). Within: version 0, a count, and for each channel
 * version, length, body (chanbackup/multi.go and single.go, v0.21).
 */
final class LndBackup {
  private static final int NONCE = 24;
  private static final int TAG = 16;
  private static final int CLOSE_TRANSACTION = 0x80;

  // Both sides' delays and keys and the revocation root: 2 + 5·8, 2 + 5·33, 33 + 8.
  private static final int KEYS = 250;

  private static final List<String> TYPES =
      List.of(
          "legacy",
          "static remote key",
          "anchors (with fees)",
          "anchors",
          "script-enforced lease",
          "simple taproot (staging)",
          "taproot overlay",
          "simple taproot");
  private static final int LEASE = 4;

  private LndBackup() {}

  static Opening open(byte[] file, BackupKey key) {
    if (file.length < NONCE + TAG) {
      return new Opening.NotOpened(
          "it has %d bytes, less than the smallest channel backup of LND".formatted(file.length));
    }
    XChaCha20Poly1305 cipher = new XChaCha20Poly1305();
    byte[] nonce = Arrays.copyOf(file, NONCE);
    cipher.init(false, new AEADParameters(new KeyParameter(key.bytes()), TAG * 8, nonce, nonce));
    int length = file.length - NONCE;
    byte[] plain = new byte[cipher.getOutputSize(length)];
    try {
      int written = cipher.processBytes(file, NONCE, length, plain, 0);
      var _ = cipher.doFinal(plain, written);
    } catch (InvalidCipherTextException e) {
      return new Opening.NotOpened("it does not open with this node's key");
    }
    return read(plain);
  }

  /** What an authentic file holds. */
  static Opening.Opened read(byte[] plain) {
    Reader in = new Reader(plain);
    List<BackedUpChannel> channels = new ArrayList<>();
    TreeSet<String> unread = new TreeSet<>();
    int undescribed = 0;
    try {
      int version = in.u8();
      if (version != 0) {
        return new Opening.Opened(
            List.of(),
            0,
            false,
            "it is of version %d, which is newer than this program: authentic, not counted"
                .formatted(version));
      }
      long count = in.u32();
      for (long i = 0; i < count; i++) {
        int single = in.u8();
        Reader body = in.part(in.u16());
        BackedUpChannel channel = channel(single, body, unread);
        if (channel == null) {
          undescribed++;
        } else {
          channels.add(channel);
        }
      }
      if (in.left() > 0) {
        unread.add(in.left() + " bytes follow after the last channel");
      }
    } catch (MalformedException e) {
      return new Opening.Opened(
          channels, undescribed, false, "it was read in part: " + e.getMessage());
    }
    return new Opening.Opened(
        channels, undescribed, true, unread.isEmpty() ? null : String.join("; ", unread));
  }

  private static @Nullable BackedUpChannel channel(int single, Reader in, Set<String> unread) {
    int version = single & ~CLOSE_TRANSACTION;
    if (version >= TYPES.size()) {
      unread.add(
          "channels of version %d are newer than this program: counted only".formatted(version));
      return null;
    }
    try {
      in.skip(1 + 32); // who opened it; the chain's hash
      String txid = in.txid();
      int output = in.u16();
      String shortId = shortChannelId(in);
      String peer = in.publicKey();
      List<String> addresses = addresses(in.part(in.u16()));
      long capacity = in.u64();
      in.skip(KEYS + (version == LEASE ? 4 : 0));
      return new BackedUpChannel(
          peer, txid, output, capacity, addresses, shortId, null, TYPES.get(version));
    } catch (MalformedException e) {
      unread.add("a channel cannot be read: " + e.getMessage());
      return null;
    }
  }

  /** Until a channel is confirmed LND writes the broadcast's height, and no transaction. */
  private static @Nullable String shortChannelId(Reader in) throws MalformedException {
    long block = in.number(3);
    long transaction = in.number(3);
    int output = in.u16();
    return transaction == 0 ? null : block + "x" + transaction + "x" + output;
  }

  private static List<String> addresses(Reader in) {
    List<String> addresses = new ArrayList<>();
    try {
      while (in.left() > 0) {
        String address = PeerAddress.read(in);
        if (address != null) {
          addresses.add(address);
        }
      }
    } catch (MalformedException e) {
      // LND too keeps what follows an unknown type as it is.
      addresses.add("(" + e.getMessage() + ")");
    }
    return addresses;
  }
}

package dev.lightkeeper.scb;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Core Lightning's {@code emergency.recover}: one message of libsodium's secret stream. Within
 * (common/scb_wire.csv): type 6135, or 6137 with a TLV stream after each channel; version, time,
 * count, channels.
 */
final class ClnBackup {
  private static final int LEGACY = 6135;
  private static final int WITH_TLVS = 6137;

  /** The layouts of a channel; before 23.02 each address had another byte before it. */
  private enum Layout {
    LEGACY,
    LEGACY_WITH_BYTE,
    WITH_TLVS
  }

  private ClnBackup() {}

  static Opening open(byte[] file, BackupKey key) {
    if (file.length < SecretStream.HEADER + SecretStream.OVERHEAD) {
      return new Opening.NotOpened(
          "it has %d bytes, less than the smallest channel backup of Core Lightning"
              .formatted(file.length));
    }
    byte[] plain = SecretStream.open(file, key.bytes());
    return plain == null
        ? new Opening.NotOpened("it does not open with this node's key")
        : read(plain);
  }

  /** What an authentic file holds. */
  static Opening.Opened read(byte[] plain) {
    try {
      int type = new Reader(plain).u16();
      return switch (type) {
        case WITH_TLVS -> channels(plain, Layout.WITH_TLVS);
        case LEGACY -> legacy(plain);
        default -> uncounted("it is of type %d, which is newer than this program".formatted(type));
      };
    } catch (MalformedException e) {
      return uncounted("it cannot be read: " + e.getMessage());
    }
  }

  private static Opening.Opened uncounted(String note) {
    return new Opening.Opened(List.of(), 0, false, note + ": authentic, not counted");
  }

  /** Only the right layout ends where the file does. */
  private static Opening.Opened legacy(byte[] plain) throws MalformedException {
    Opening.Opened with = channels(plain, Layout.LEGACY_WITH_BYTE);
    return with.note() == null ? with : channels(plain, Layout.LEGACY);
  }

  private static Opening.Opened channels(byte[] plain, Layout layout) throws MalformedException {
    Reader in = new Reader(plain);
    in.skip(2 + 8 + 4); // type, version, time
    int count = in.u16();
    List<BackedUpChannel> channels = new ArrayList<>();
    try {
      while (channels.size() < count) {
        channels.add(channel(in, layout));
      }
    } catch (MalformedException e) {
      return new Opening.Opened(
          channels, count - channels.size(), true, "it was read in part: " + e.getMessage());
    }
    String note = in.left() == 0 ? null : in.left() + " bytes follow after the last channel";
    return new Opening.Opened(channels, 0, true, note);
  }

  private static BackedUpChannel channel(Reader in, Layout layout) throws MalformedException {
    in.skip(8); // the node's own number
    String id = HexFormat.of().formatHex(in.bytes(32));
    String peer = in.publicKey();
    if (layout == Layout.LEGACY_WITH_BYTE) {
      in.skip(1);
    }
    @Nullable String address = PeerAddress.read(in);
    String txid = in.txid();
    long output = in.u32();
    long capacity = in.u64();
    String type = type(in.bytes(in.u16()));
    if (layout == Layout.WITH_TLVS) {
      in.skip(in.u32());
    }
    return new BackedUpChannel(
        peer,
        txid,
        output,
        capacity,
        address == null ? List.of() : List.of(address),
        null,
        id,
        type);
  }

  /** BOLT 9's features that a channel's type is made of. */
  private static String type(byte[] features) {
    if (has(features, 22)) {
      return "anchors";
    }
    if (has(features, 20)) {
      return "anchors (with fees)";
    }
    return has(features, 12) ? "static remote key" : "legacy";
  }

  private static boolean has(byte[] features, int bit) {
    int from = features.length - 1 - bit / 8;
    return from >= 0 && (features[from] >> (bit % 8) & 1) != 0;
  }
}

package dev.lightkeeper.restore;

import dev.lightkeeper.archive.BtcpayLayout;
import dev.lightkeeper.archive.EntryName;
import dev.lightkeeper.deployment.DatabaseKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an entry of an archive is there for, as its name says. */
sealed interface EntryPlace {
  /** A volume's content: {@code volumes/generated_…/_data} and what is below. */
  record Data(EntryName name, String volume, boolean top) implements EntryPlace {}

  /** The folder {@code secrets} and what is below. */
  record Secret(EntryName name, boolean top) implements EntryPlace {}

  /** A database's dump. */
  record DumpFile(DatabaseKind kind) implements EntryPlace {}

  /** The line that says what the archive was made for. */
  record Marker() implements EntryPlace {}

  /** A folder on the way to content, or Docker's own notes: not put anywhere. */
  record PassedOver() implements EntryPlace {}

  /**
   * The place of the entry {@code name}; empty if nothing of this name belongs in an archive, or if
   * it leads out of its folder.
   */
  static Optional<EntryPlace> of(EntryName name) {
    List<byte[]> parts = parts(name);
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    String first = text(parts.getFirst());
    String second = parts.size() < 2 ? "" : text(parts.get(1));
    if (parts.size() == 1) {
      for (DatabaseKind kind : DatabaseKind.values()) {
        if (first.equals(kind.service() + ".sql.gz")) {
          return Optional.of(new DumpFile(kind));
        }
      }
      if (first.equals(BtcpayLayout.MODE_MARKER.toString())) {
        return Optional.of(new Marker());
      }
    }
    if (first.equals(BtcpayLayout.SECRETS.toString())) {
      return Optional.of(new Secret(joined(parts), parts.size() == 1));
    }
    if (!first.equals(BtcpayLayout.VOLUMES.toString())) {
      return first.equals(".") && parts.size() == 1
          ? Optional.of(new PassedOver())
          : Optional.empty();
    }
    boolean ours = second.startsWith(BtcpayLayout.VOLUME_PREFIX) && plain(second);
    if (ours && parts.size() > 2 && text(parts.get(2)).equals("_data")) {
      return Optional.of(new Data(joined(parts), second, parts.size() == 3));
    }
    return Optional.of(new PassedOver());
  }

  /** A name that Docker takes for a volume (moby, "RestrictedNamePattern"). */
  private static boolean plain(String name) {
    return name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  }

  /** Empty if the name is absolute or climbs; without {@code ./} at its beginning. */
  private static List<byte[]> parts(EntryName name) {
    byte[] bytes = name.bytes();
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        byte[] part = new byte[i - from];
        System.arraycopy(bytes, from, part, 0, part.length);
        String text = text(part);
        boolean leading = text.equals(".") && parts.isEmpty();
        if (part.length == 0
            || part.length > 255
            || text.equals("..")
            || (text.equals(".") && !leading)) {
          return List.of();
        }
        if (!leading || i == bytes.length) {
          parts.add(part);
        }
        from = i + 1;
      }
    }
    return parts;
  }

  private static EntryName joined(List<byte[]> parts) {
    byte[] all = parts.getFirst();
    for (byte[] part : parts.subList(1, parts.size())) {
      all = PathBytes.join(all, part);
    }
    return EntryName.of(all);
  }

  private static String text(byte[] part) {
    return new String(part, StandardCharsets.ISO_8859_1);
  }
}

package dev.lightkeeper.archive;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.charset.spi.CharsetProvider;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A charset in which every byte is a character and comes back as the same byte: those above 127 are
 * lone surrogates, which no text has. So commons-compress, which knows charsets by name only, gives
 * names from tar headers with every byte, apart from those that a pax header has in UTF-8.
 */
public final class RawNameCharsets extends CharsetProvider {
  static final String NAME = "x-lightkeeper-raw-names";

  private static final char FIRST = '\udc00';
  private final Charset charset = new RawNames();

  /** Called by the JDK, which finds it as a service. */
  public RawNameCharsets() {}

  @Override
  public Iterator<Charset> charsets() {
    return List.of(charset).iterator();
  }

  @Override
  public @Nullable Charset charsetForName(String name) {
    return NAME.equals(name) ? charset : null;
  }

  /** The bytes of a name that was read in this charset, or in UTF-8 from a pax header. */
  static byte[] bytes(String name) {
    ByteBuffer out = ByteBuffer.allocate(4 * name.length());
    for (int i = 0; i < name.length(); ) {
      int point = name.codePointAt(i);
      if (point >= FIRST + 0x80 && point <= FIRST + 0xff) {
        out.put((byte) point);
      } else {
        out.put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
      }
      i += Character.charCount(point);
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private static final class RawNames extends Charset {
    RawNames() {
      super(NAME, new String[0]);
    }

    @Override
    public boolean contains(Charset other) {
      return other.equals(StandardCharsets.US_ASCII);
    }

    @Override
    public CharsetDecoder newDecoder() {
      return new CharsetDecoder(this, 1, 1) {
        @Override
        protected CoderResult decodeLoop(ByteBuffer in, CharBuffer out) {
          while (in.hasRemaining()) {
            if (!out.hasRemaining()) {
              return CoderResult.OVERFLOW;
            }
            byte b = in.get();
            out.put(b >= 0 ? (char) b : (char) (FIRST + (b & 0xff)));
          }
          return CoderResult.UNDERFLOW;
        }
      };
    }

    @Override
    public CharsetEncoder newEncoder() {
      throw new UnsupportedOperationException("names are read, not written, in this charset");
    }

    @Override
    public boolean canEncode() {
      return false;
    }
  }
}

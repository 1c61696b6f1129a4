package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dump's lines, with table data passed over; however much comes at once. */
class DumpLinesTest {
  private static DumpLines lines(String dump, int atOnce) {
    InputStream all = new ByteArrayInputStream(dump.getBytes(StandardCharsets.ISO_8859_1));
    return new DumpLines(
        new InputStream() {
          @Override
          public int read() throws IOException {
            return all.read();
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            return all.read(into, offset, Math.min(length, atOnce));
          }
        });
  }

  private static String after(String data, int atOnce) throws IOException {
    DumpLines lines = lines("COPY t FROM stdin;\n" + data, atOnce);
    assertThat(lines.next()).asString().isEqualTo("COPY t FROM stdin;");
    lines.skipData();
    byte[] next = lines.next();
    return next == null ? "nothing" : new String(next, StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 1 << 20})
  void what_follows_table_data_is_found(int atOnce) throws IOException {
    assertThat(after("1\ta\n2\t\\\\.\n\\.\nSELECT 1;\n", atOnce)).isEqualTo("SELECT 1;");
    assertThat(after("\\.\nSELECT 1;\n", atOnce)).as("no row").isEqualTo("SELECT 1;");
    assertThat(after("\\.\n\\.\n", atOnce)).as("no row, then as if one").isEqualTo("\\.");
    assertThat(after("row\n".repeat(100_000) + "\\.\nlast", atOnce)).isEqualTo("last");
    assertThat(after("1\ta\n2\tb\n", atOnce)).as("data without end").isEqualTo("nothing");
    assertThat(after("", atOnce)).as("nothing at all").isEqualTo("nothing");
  }
}

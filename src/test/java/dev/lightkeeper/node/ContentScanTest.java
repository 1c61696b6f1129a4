package dev.lightkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.testing.Shell;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real SQLite databases, made by SQLite, and bbolt's meta pages, under names that say nothing. */
class ContentScanTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE channels (id BIGSERIAL); CREATE TABLE shachain_known (shachain_id BIGINT)",
        "CREATE TABLE channel_htlcs (id BIGSERIAL)",
        "CREATE TABLE IF NOT EXISTS channeldb_kv (key BLOB)",
        "CREATE TABLE decayedlogdb_kv (key BLOB)",
        "CREATE TABLE towerclientdb_kv (key BLOB)",
        "CREATE TABLE amp_sub_invoices (set_id BLOB)",
        "CREATE TABLE local_channels (channel_id BLOB NOT NULL PRIMARY KEY, data BLOB)",
        "CREATE TABLE htlc_infos (channel_id BLOB NOT NULL)",
      })
  void a_database_with_the_tables_of_a_node_is_channel_state(String tables) throws Exception {
    assertThat(scan(sqlite(tables)).channelState()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE walletdb_kv (key BLOB); CREATE TABLE macaroondb_kv (key BLOB)",
        "CREATE TABLE orders (id INTEGER)"
      })
  void the_wallet_and_other_applications_databases_are_not(String tables) throws Exception {
    assertThat(scan(sqlite(tables)).channelState()).isEmpty();
  }

  @Test
  void a_write_ahead_log_alone_is_found_by_what_is_in_it() throws Exception {
    Path file = folder.resolve("x");
    python(
        """
        import shutil, sqlite3, sys
        c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode=WAL')
        c.execute('CREATE TABLE shachains (id INT)'); c.commit()
        shutil.copy(sys.argv[1] + '-wal', sys.argv[1] + '.log')
        """,
        file);
    assertThat(scan(Files.readAllBytes(folder.resolve("x.log"))).channelState()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "open-chan-bucket, 0",
    "open-chan-bucket, 1",
    "closed-chan-bucket, 0",
    "fwd-packages, 0",
    "shared-hash, 0",
    "something-unknown, 0",
    "something-unknown, 1"
  })
  void a_bbolt_database_is_channel_state_unless_it_is_known_not_to_be(String bucket, int page)
      throws Exception {
    assertThat(scan(bbolt(page, bucket)).channelState()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"waddrmgr", "macrootkeys"})
  void wallet_and_macaroons_are_not(String bucket) throws Exception {
    assertThat(scan(bbolt(0, bucket)).channelState()).isEmpty();
  }

  @Test
  void a_channel_database_that_calls_itself_a_wallet_is_found_all_the_same() throws Exception {
    assertThat(scan(bbolt(0, "waddrmgr", "open-chan-bucket")).channelState()).isPresent();
  }

  @Test
  void it_is_found_within_a_tar_and_after_much_else() throws Exception {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    byte[] noise = new byte[512 * 700];
    new Random(7).nextBytes(noise);
    file.write(noise);
    file.write(bbolt(0, "open-chan-bucket"));
    assertThat(scan(file.toByteArray()).channelState()).isPresent();

    file.reset();
    file.write(noise, 0, 70_001);
    file.write(sqlite("CREATE TABLE shachains (id INT)"));
    assertThat(scan(file.toByteArray()).channelState()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 19, 31, 32, 33, 511, 512, 4096, 1 << 20})
  void it_is_found_in_parts_of_any_size(int part) throws Exception {
    byte[] before = new byte[512 * 3];
    new Random(7).nextBytes(before);
    byte[] log = {0x37, 0x7f, 6, (byte) 0x82, 0, 0, 0, 0};
    byte[] table = "CREATE TABLE shachains (id INT)".getBytes(StandardCharsets.US_ASCII);
    assertThat(inParts(part, before, bbolt(0, "open-chan-bucket"))).isPresent();
    assertThat(inParts(part, before, sqlite("CREATE TABLE shachains (id INT)"))).isPresent();
    assertThat(inParts(part, log, before, table)).isPresent();
    assertThat(inParts(part, before, log, table)).isEmpty();
  }

  private static Optional<String> inParts(int part, byte[]... contents) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] content : contents) {
      whole.writeBytes(content);
    }
    ContentScan scan = new ContentScan();
    byte[] file = whole.toByteArray();
    for (int at = 0; at < file.length; at += part) {
      scan.update(file, at, Math.min(part, file.length - at));
    }
    return scan.channelState();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void it_is_found_in_gzip_and_in_gzip_within_gzip(int times) throws Exception {
    byte[] file = sqlite("CREATE TABLE shachains (id INT)");
    for (int i = 0; i < times; i++) {
      file = gzip(file);
    }
    assertThat(scan(file).gzip()).isTrue();
    assertThat(ContentScan.gunzipped(new ByteArrayInputStream(file)).channelState()).isPresent();
  }

  @Test
  void a_gzip_that_cannot_be_read_to_its_end_is_not_called_harmless() throws Exception {
    byte[] whole = gzip("nothing special ".repeat(10_000).getBytes(StandardCharsets.US_ASCII));
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);
    assertThatThrownBy(() -> ContentScan.gunzipped(new ByteArrayInputStream(cut)))
        .isInstanceOf(ContentScan.Unseen.class);
  }

  @Test
  void what_cannot_be_looked_into_says_so() throws Exception {
    assertThat(scan(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0}).opaque()).isTrue();
    assertThat(scan("PKx".getBytes(StandardCharsets.US_ASCII)).opaque()).isFalse();
  }

  @Test
  void text_that_names_the_tables_is_only_text() throws Exception {
    assertThat(
            scan("shachain open-chan-bucket local_channels".getBytes(StandardCharsets.US_ASCII))
                .channelState())
        .isEmpty();
  }

  /** In pieces of every size up to a few thousand bytes. */
  private static ContentScan scan(byte[] file) {
    ContentScan scan = new ContentScan();
    Random random = new Random(3);
    for (int at = 0; at < file.length; ) {
      int count = Math.min(file.length - at, 1 + random.nextInt(4000));
      scan.update(file, at, count);
      at += count;
    }
    return scan;
  }

  private byte[] sqlite(String sql) throws Exception {
    Path file = Files.createTempFile(folder, "db", "");
    Files.delete(file);
    python(
        """
        import sqlite3, sys
        c = sqlite3.connect(sys.argv[1])
        for i in range(60): c.execute('CREATE TABLE filler_%d (x)' % i)
        c.executescript(sys.argv[2]); c.commit()
        """,
        file, sql);
    return Files.readAllBytes(file);
  }

  private static void python(String program, Object... arguments) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("python3", "-c", program));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    var _ = new Shell(Map.of()).run(words);
  }

  /** Two meta pages, of which only {@code valid} is whole, and a leaf with the buckets' names. */
  private static byte[] bbolt(int valid, String... buckets) {
    ByteBuffer file = ByteBuffer.allocate(4 * 4096).order(ByteOrder.LITTLE_ENDIAN);
    int page = 4096 * valid;
    file.putLong(page, valid).putShort(page + 8, (short) 4);
    file.putInt(page + 16, 0xED0CDAED).putInt(page + 20, 2).putInt(page + 24, 4096);
    file.position(3 * 4096 + 64);
    for (String bucket : buckets) {
      file.put(bucket.getBytes(StandardCharsets.US_ASCII)).putInt(1);
    }
    return file.array();
  }

  private static byte[] gzip(byte[] content) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }
}

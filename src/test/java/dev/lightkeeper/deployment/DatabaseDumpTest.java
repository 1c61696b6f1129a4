package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import dev.lightkeeper.testing.DockerProxy;
import dev.lightkeeper.testing.DockerProxy.Fault;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDeployment.class)
class DatabaseDumpTest {
  private final SampleDeployment sample;
  private Engine engine;
  private HostContainer postgres;

  DatabaseDumpTest(SampleDeployment sample) {
    this.sample = sample;
  }

  @BeforeEach
  void open() throws Exception {
    engine = Engine.open(sample.dockerHost());
    postgres = engine.container("generated_postgres_1").orElseThrow();
  }

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private DatabaseDump dump() {
    return new DatabaseDump(engine, DatabaseKind.POSTGRES, postgres);
  }

  private DatabaseDump dumpBy(String script, Duration silence) {
    DatabaseProgram real = DatabaseProgram.of(DatabaseKind.POSTGRES);
    return new DatabaseDump(
        engine,
        DatabaseKind.POSTGRES,
        postgres,
        new DatabaseProgram(
            real.ready(), List.of("sh", "-c", script), real.load(), real.lastLine()),
        silence);
  }

  private void assertNotDumped(DatabaseDump dump, String... words) {
    assertThatThrownBy(() -> dump.writeTo(OutputStream.nullOutputStream()))
        .isInstanceOfSatisfying(
            DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DUMP))
        .hasMessageContainingAll(words);
  }

  private long programs(String name) {
    return sample
        .docker(
            "exec", "generated_postgres_1", "sh", "-c", "cat /proc/[0-9]*/comm 2>/dev/null || :")
        .lines()
        .filter(name::equals)
        .count();
  }

  @Test
  void a_dump_holds_every_database_and_row() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    long bytes = dump().writeTo(out);

    String sql = out.toString(StandardCharsets.UTF_8);
    assertThat(bytes).isEqualTo(out.size());
    assertThat(sql)
        .contains("CREATE DATABASE btcpayservermainnet")
        .contains("CREATE DATABASE nbxplorermainnet");
    assertThat(sql.lines().filter(l -> l.matches("\\d+\\t[0-9a-f]{32}")).count()).isEqualTo(25_000);
    assertThat(sql.strip()).contains("-- PostgreSQL database cluster dump complete");
  }

  @Test
  void a_loaded_dump_gives_the_same_rows_back() throws Exception {
    String marked = "SELECT count(*), sum(id) FROM copies";
    String sql =
        "\\c nbxplorermainnet\nDROP TABLE IF EXISTS copies;\nCREATE TABLE copies (id int);\n"
            + "COPY copies FROM stdin;\n"
            + "1\n2\n3\n".repeat(200_000)
            + "\\.\n";

    new DatabaseLoad(engine, DatabaseKind.POSTGRES, postgres)
        .readFrom(new ByteArrayInputStream(sql.getBytes(StandardCharsets.UTF_8)));

    assertThat(sample.psql("nbxplorermainnet", marked)).isEqualTo("600000|1200000");
    var _ = sample.psql("nbxplorermainnet", "DROP TABLE copies");
  }

  @Test
  void a_wrong_statement_fails_the_load_with_psqls_own_words() {
    String sql = "SELECT 1;\nSELEKT 2;\n" + "SELECT 3;\n".repeat(100_000);

    assertThatThrownBy(
            () ->
                new DatabaseLoad(engine, DatabaseKind.POSTGRES, postgres)
                    .readFrom(new ByteArrayInputStream(sql.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOfSatisfying(
            DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LOAD))
        .hasMessageContaining("SELEKT");
  }

  @Test
  void a_source_that_breaks_fails_the_load_as_its_own_failure() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the archive is torn");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
          }
        };

    assertThatThrownBy(
            () -> new DatabaseLoad(engine, DatabaseKind.POSTGRES, postgres).readFrom(broken))
        .isInstanceOf(IOException.class)
        .hasMessage("the archive is torn");
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> programs("psql") == 0);
  }

  @Test
  void a_dump_without_its_closing_line_does_not_count() {
    assertNotDumped(
        dumpBy("pg_dumpall -U postgres | head -c 100000", Duration.ofMinutes(1)), "end");
  }

  @Test
  void a_dump_that_fails_after_its_closing_line_does_not_count() {
    assertNotDumped(
        dumpBy("pg_dumpall -U postgres; echo no more >&2; exit 3", Duration.ofMinutes(1)),
        "exit code 3",
        "no more");
  }

  @Test
  void a_dump_that_says_nothing_for_too_long_is_given_up_and_ended() {
    assertNotDumped(dumpBy("echo; exec sleep 4321", Duration.ofMillis(300)), "nothing came");
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> programs("sleep") == 0);
  }

  @Test
  void a_postgres_that_dies_in_the_middle_fails_the_dump() {
    AtomicReference<@Nullable String> killed = new AtomicReference<>();
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new IllegalStateException();
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            if (killed.get() == null) {
              killed.set(sample.docker("kill", "generated_postgres_1"));
            }
          }
        };

    assertThatThrownBy(() -> dump().writeTo(out))
        .isInstanceOfSatisfying(
            DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DUMP));
    assertThat(killed.get()).isNotNull();
    var _ = sample.docker("start", "generated_postgres_1");
  }

  @Test
  void a_connection_that_breaks_in_the_middle_fails_the_dump() throws Exception {
    try (DockerProxy proxy =
            new DockerProxy(sample.dockerHost(), "POST .*/exec/.*/start", 1, Fault.CUT);
        Engine shaky = Engine.open(proxy.host())) {
      assertNotDumped(new DatabaseDump(shaky, DatabaseKind.POSTGRES, postgres), "was not dumped");
    }
  }

  @Test
  void a_full_disk_here_is_not_the_databases_failure() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    assertThatThrownBy(() -> dump().writeTo(full))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> programs("pg_dumpall") == 0);
  }

  @Test
  void an_interrupt_ends_the_dump_and_its_program() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<@Nullable Exception> end = new AtomicReference<>();
    DatabaseDump dump = dumpBy("echo begun; exec sleep 4321", Duration.ofMinutes(5));
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    var _ =
                        dump.writeTo(
                            new OutputStream() {
                              @Override
                              public void write(int b) {
                                begun.countDown();
                              }
                            });
                  } catch (DeploymentException | IOException | InterruptedException e) {
                    end.set(e);
                  }
                });
    begun.await();
    thread.interrupt();
    thread.join();

    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> programs("sleep") == 0);
  }
}

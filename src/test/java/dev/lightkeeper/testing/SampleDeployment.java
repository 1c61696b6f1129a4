package dev.lightkeeper.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A BTCPay Server deployment in small: the services, volumes, labels and files of a real one, with
 * a real postgres (two databases with rows) and stand-ins that write as LND, Core Lightning,
 * BTCPay, tor and bitcoind do.
 */
public final class SampleDeployment implements AutoCloseable {
  /** Services that mount an archived volume read-write. */
  public static final List<String> WRITERS =
      List.of("btcpayserver", "lnd_bitcoin", "clightning_bitcoin", "tor");

  /** Every service. */
  public static final List<String> SERVICES =
      List.of("btcpayserver", "lnd_bitcoin", "clightning_bitcoin", "tor", "postgres", "bitcoind");

  /** Volumes that BTCPay's script archives. */
  public static final List<String> ARCHIVED =
      List.of("btcpay_datadir", "lnd_bitcoin_datadir", "clightning_bitcoin_datadir", "tor_datadir");

  private static final int PIECE = 4 << 20;

  private final TestEngine engine;
  private final Path base;
  private final Shell shell;

  private SampleDeployment(TestEngine engine, Path base) {
    this.engine = engine;
    this.base = base;
    this.shell = engine.shell();
  }

  /** Up and running, in {@code folder}. */
  public static SampleDeployment start(TestEngine engine, Path folder) throws IOException {
    return start(engine, folder, "docker-compose.generated.yml", Map.of());
  }

  /**
   * The same with other services.
   *
   * @param compose the resource that is its compose file
   * @param variables what that file asks for
   */
  public static SampleDeployment start(
      TestEngine engine, Path folder, String compose, Map<String, String> variables)
      throws IOException {
    SampleDeployment sample =
        new SampleDeployment(engine, Files.createDirectories(folder).toRealPath());
    sample.writeFiles(compose, variables);
    sample.up();
    sample.fillDatabases();
    return sample;
  }

  private void writeFiles(String compose, Map<String, String> variables) throws IOException {
    Path generated = Files.createDirectories(base.resolve("btcpayserver-docker/Generated"));
    Path scripts = Files.createDirectories(base.resolve("btcpayserver-docker/scripts"));
    resource(compose, composeFile());
    resource("mariadb.yml", generated.resolve("mariadb.yml"));
    for (String service : List.of("postgres", "mariadb", "lnd", "real-lnd", "clightning")) {
      resource(service + ".sh", scripts.resolve(service + ".sh"));
    }
    for (String service : List.of("btcpayserver", "tor", "bitcoind", "lncli", "lightning-cli")) {
      resource(service + ".sh", scripts.resolve(service + ".sh"));
    }
    StringBuilder env = new StringBuilder("BTCPAY_HOST=shop.example.com\n");
    variables.forEach((name, value) -> env.append(name).append('=').append(value).append('\n'));
    Files.writeString(base.resolve(".env"), env);
    // As btcpay-setup.sh writes it: shell, and not only assignments.
    Files.writeString(
        profile(),
        """
        #!/bin/bash
        export COMPOSE_HTTP_TIMEOUT="20"
        export BTCPAY_DATABASE_READY_TIMEOUT="30"
        export BTCPAY_BASE_DIRECTORY="%s"
        export BTCPAY_ENV_FILE="$BTCPAY_BASE_DIRECTORY/.env"
        export BTCPAY_DOCKER_COMPOSE="$BTCPAY_BASE_DIRECTORY/btcpayserver-docker/Generated/docker-compose.generated.yml"
        if cat "$BTCPAY_ENV_FILE" &> /dev/null; then
          while IFS= read -r line; do
            ! [[ "$line" == "#"* ]] && [[ "$line" == *"="* ]] && export "$line" || true
          done < "$BTCPAY_ENV_FILE"
        fi
        """
            .formatted(base));
  }

  private static void resource(String name, Path file) throws IOException {
    try (InputStream in =
        SampleDeployment.class.getResourceAsStream("/sample-deployment/" + name)) {
      if (in == null) {
        throw new IOException("no resource " + name);
      }
      Files.write(file, in.readAllBytes());
    }
  }

  private void fillDatabases() {
    awaitPostgres();
    psql("postgres", "CREATE DATABASE btcpayservermainnet");
    psql("postgres", "CREATE DATABASE nbxplorermainnet");
    psql(
        "btcpayservermainnet",
        "CREATE TABLE invoices AS SELECT i AS id, md5(i::text) AS secret FROM"
            + " generate_series(1, 20000) i");
    psql(
        "nbxplorermainnet",
        "CREATE TABLE blks AS SELECT i AS height, md5((i * 7)::text) AS id FROM"
            + " generate_series(1, 5000) i");
  }

  /** Waits until postgres answers. */
  public void awaitPostgres() {
    shell.run(
        "sh",
        "-c",
        "for i in $(seq 300); do docker exec generated_postgres_1 pg_isready -q -U postgres"
            + " >/dev/null 2>&1 && exit 0; sleep 0.1; done; docker logs generated_postgres_1;"
            + " exit 1");
  }

  /** Runs SQL in postgres and returns what it prints, without headers. */
  public String psql(String database, String sql) {
    return docker(
        "exec", "generated_postgres_1", "psql", "-U", "postgres", "-d", database, "-qAtc", sql);
  }

  /** Writes about this many bytes, half of them incompressible, into archived volumes. */
  public void fill(long bytes) throws IOException {
    fill(bytes, "filler");
  }

  /** The same, into folders of this name. */
  public void fill(long bytes, String name) throws IOException {
    Random random = new Random(1);
    byte[] piece = new byte[PIECE];
    long left = bytes;
    for (int i = 0; left > 0; i++) {
      Path folder =
          Files.createDirectories(volume(ARCHIVED.get(i % 2)).resolve(name + "/" + i % 10));
      if (i % 4 < 2) {
        random.nextBytes(piece);
      } else {
        Arrays.fill(piece, (byte) i);
      }
      int n = (int) Math.min(left, PIECE);
      try (OutputStream out = Files.newOutputStream(folder.resolve(i + ".bin"))) {
        out.write(piece, 0, n);
      }
      left -= n;
    }
  }

  /** All of it up again, whatever was done to it. */
  public void up() {
    compose("up", "-d");
  }

  /**
   * Adds the service {@code mariadb}, with a database {@code shop} and a root password of its own;
   * its container is {@code generated_mariadb_1}.
   */
  public void addMariadb() {
    var _ =
        compose(
            "-f", composeFile().resolveSibling("mariadb.yml").toString(), "up", "-d", "mariadb");
  }

  /** Runs docker-compose as BTCPay's scripts do. */
  public String compose(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "docker-compose",
                "-f",
                composeFile().toString(),
                "--env-file",
                base.resolve(".env").toString()));
    all.addAll(List.of(words));
    for (int again = 3; again > 0; again--) {
      try {
        return shell.run(all);
      } catch (IllegalStateException e) {
        // A container that the Engine was starting anew just then: gone at the next attempt.
        if (!String.valueOf(e.getMessage()).contains("has active endpoints")) {
          throw e;
        }
      }
    }
    return shell.run(all);
  }

  /** Runs docker and returns what it prints. */
  public String docker(String... words) {
    List<String> all = new ArrayList<>(List.of("docker"));
    all.addAll(List.of(words));
    return shell.run(all);
  }

  /** The service's container is up, and not paused. */
  public boolean running(String service) {
    return "running".equals(state(service));
  }

  /** What Docker calls the status of the service's container; empty if there is none. */
  public String state(String service) {
    return docker(
        "ps",
        "-a",
        "--filter",
        "label=com.docker.compose.project=generated",
        "--filter",
        "label=com.docker.compose.service=" + service,
        "--format",
        "{{.State}}");
  }

  /** The Engine it runs on. */
  public TestEngine engine() {
    return engine;
  }

  /** That Engine's socket. */
  public URI dockerHost() {
    return engine.host();
  }

  /** Its btcpay-env.sh. */
  public Path profile() {
    return base.resolve("btcpay-env.sh");
  }

  /** Its compose file. */
  public Path composeFile() {
    return base.resolve("btcpayserver-docker/Generated/docker-compose.generated.yml");
  }

  /** The folder of a volume's content, such as {@code btcpay_datadir}'s. */
  public Path volume(String name) {
    return Path.of(docker("volume", "inspect", "-f", "{{.Mountpoint}}", "generated_" + name));
  }

  /** The folders of {@link #ARCHIVED}. */
  public List<Path> archived() {
    return ARCHIVED.stream().map(this::volume).toList();
  }

  /**
   * Every file in any of its volumes that holds {@code words}, byte for byte. A file that goes
   * meanwhile, as a running service's temporary ones do, holds nothing.
   */
  public List<Path> holding(String words) {
    List<Path> holding = new ArrayList<>();
    Path volumes =
        Path.of(docker("info", "-f", "{{.DockerRootDir}}")).resolve("volumes").normalize();
    try {
      Files.walkFileTree(
          volumes,
          new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              if (attributes.isRegularFile() && holds(file, words)) {
                holding.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return holding;
  }

  private static boolean holds(Path file, String words) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(words);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() {
    engine.clean();
    var _ = shell.run("rm", "-r", base.toString());
  }
}

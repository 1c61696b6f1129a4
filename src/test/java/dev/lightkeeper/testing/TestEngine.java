package dev.lightkeeper.testing;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Docker Engine of the tests' own, side by side with the host's: own socket, own data. Its data
 * stays in the user's cache folder, so that the image is built only once; everything else is gone
 * when it closes. Several test runs at once get an Engine each. Needs root.
 */
public final class TestEngine implements AutoCloseable {
  /** Why a test that needs one is left out. */
  public static final String WHY = "a Docker Engine needs root";

  private static final String IMAGE = "lightkeeper-sample";
  private static final int MOST = 8;
  // To open a lock file twice and close it once would give this process's lock of it away.
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<String> PACKAGES =
      List.of(
          "postgresql-15",
          "mariadb-server-core",
          "mariadb-client-core",
          "mariadb-client",
          "busybox-static");

  private final FileChannel lock;
  private final Path cache;
  private final Path home;
  private final Path run;
  private @Nullable Process dockerd;

  private TestEngine(Path cache, int slot, FileChannel lock) {
    this.cache = cache;
    this.lock = lock;
    this.home = cache.resolve("engine-" + slot);
    // Short: a unix socket's path has at most 107 bytes.
    this.run = Path.of("/tmp", "lk-engine-" + Integer.toHexString(cache.hashCode()) + "-" + slot);
  }

  /** Whether this process can have one. */
  public static boolean possible() {
    return Files.isWritable(Path.of("/proc/sys/kernel/hostname"));
  }

  /** Starts one that no other test run uses, with the image in it. */
  public static TestEngine start() throws IOException, InterruptedException {
    String configured = System.getenv("XDG_CACHE_HOME");
    Path cache =
        (configured == null || configured.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(configured))
            .resolve("lightkeeper-tests");
    Files.createDirectories(cache);
    for (int slot = 0; slot < MOST; slot++) {
      if (!OURS.add(cache.resolve("engine-" + slot))) {
        continue;
      }
      FileChannel channel =
          FileChannel.open(
              cache.resolve("engine-" + slot + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        OURS.remove(cache.resolve("engine-" + slot));
        continue;
      }
      TestEngine engine = new TestEngine(cache, slot, channel);
      try {
        engine.endLeftOver();
        engine.launch();
        engine.clean();
        engine.provideImage();
        return engine;
      } catch (IOException | InterruptedException | RuntimeException e) {
        engine.terminate();
        engine.giveUp();
        throw e;
      }
    }
    throw new IOException("all " + MOST + " test Engines are in use");
  }

  private void giveUp() throws IOException {
    lock.close();
    OURS.remove(home);
  }

  /** The Engine of a test run that was killed. */
  private void endLeftOver() throws IOException {
    end(home.resolve("dockerd.pid"), home);
    end(run.resolve("exec/containerd/containerd.pid"), run);
  }

  private static void end(Path pidFile, Path named) throws IOException {
    if (!Files.exists(pidFile)) {
      return;
    }
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    Path command = Path.of("/proc/" + pid + "/cmdline");
    if (Files.exists(command) && Files.readString(command).contains(named.toString())) {
      ProcessHandle old = ProcessHandle.of(pid).orElseThrow();
      old.destroy();
      var _ = old.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
    Files.deleteIfExists(pidFile);
  }

  private void launch() throws IOException, InterruptedException {
    Files.createDirectories(home);
    Files.createDirectories(run);
    File log = home.resolve("dockerd.log").toFile();
    dockerd =
        new ProcessBuilder(
                "dockerd",
                "--data-root",
                home.resolve("data").toString(),
                "--exec-root",
                run.resolve("exec").toString(),
                "--pidfile",
                home.resolve("dockerd.pid").toString(),
                "--host",
                host().toString(),
                // No traffic leaves a container: the host's own rules stay as they are.
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false",
                "--ip-masq=false",
                "--default-address-pool",
                "base=10.2%d.0.0/16,size=24".formatted(Math.floorMod(home.hashCode(), 50)))
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!answers()) {
      if (!dockerd.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("dockerd does not start:\n" + Files.readString(log.toPath()));
      }
      Thread.sleep(100);
    }
  }

  private boolean answers() {
    try {
      var _ = shell().run("docker", "version");
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private void provideImage() throws IOException {
    Shell shell = shell();
    if (!shell.run("docker", "images", "-q", IMAGE).isEmpty()) {
      return;
    }
    Path root = cache.resolve("sample-root.tar");
    if (!Files.exists(root)) {
      Path part = Files.createTempFile(cache, "sample-root", ".tar");
      List<String> words = new ArrayList<>(List.of("mmdebstrap", "--variant=essential"));
      for (String folder : List.of("doc", "man", "locale", "info")) {
        words.add("--dpkgopt=path-exclude=/usr/share/" + folder + "/*");
      }
      words.add("--dpkgopt=path-exclude=/usr/lib/*/libLLVM*");
      words.add("--dpkgopt=path-exclude=/usr/lib/postgresql/*/lib/bitcode/*");
      words.add("--include=" + String.join(",", PACKAGES));
      words.addAll(List.of("bookworm", part.toString()));
      var _ = shell.run(words);
      Files.move(part, root);
    }
    var _ = shell.run("docker", "import", root.toString(), IMAGE);
  }

  /** Its socket. */
  public URI host() {
    return URI.create("unix://" + run.resolve("docker.sock"));
  }

  /** Programs that speak to it. */
  public Shell shell() {
    return new Shell(Map.of("DOCKER_HOST", host().toString()));
  }

  /** Ends it as {@code systemctl stop docker} does: it stops its containers. */
  public void stop() {
    terminate();
  }

  /** Ends it as a crash does. */
  public void kill() {
    Process process = dockerd;
    if (process != null) {
      var _ = process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  /** Starts it again after {@link #stop} or {@link #kill}. */
  public void restart() throws IOException, InterruptedException {
    endLeftOver();
    launch();
  }

  /** Removes every container, volume and network. */
  public void clean() {
    Shell shell = shell();
    all(shell, List.of("docker", "rm", "-f", "-v"), "docker", "ps", "-aq");
    all(shell, List.of("docker", "volume", "rm", "-f"), "docker", "volume", "ls", "-q");
    all(
        shell,
        List.of("docker", "network", "rm"),
        "docker",
        "network",
        "ls",
        "-q",
        "--filter",
        "type=custom");
  }

  private static void all(Shell shell, List<String> command, String... list) {
    List<String> words = new ArrayList<>(command);
    shell.run(list).lines().forEach(words::add);
    if (words.size() > command.size()) {
      var _ = shell.run(words);
    }
  }

  private void terminate() {
    Process process = dockerd;
    if (process != null) {
      process.destroy();
      var _ = process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      clean();
    } finally {
      terminate();
      giveUp();
    }
  }
}

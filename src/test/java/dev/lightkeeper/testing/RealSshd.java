package dev.lightkeeper.testing;

import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The system's OpenSSH server on 127.0.0.1 with a throwaway configuration, host key and client key.
 * Sessions run as the user who runs the tests.
 */
public final class RealSshd implements AutoCloseable {
  /** Makes the server write-once: nothing can be removed, replaced or changed. */
  public static final String WRITE_ONCE =
      "-u 0277 -P remove,rmdir,posix-rename,setstat,fsetstat,lsetstat,symlink";

  /** Makes the server one that offers none of OpenSSH's extensions. */
  public static final String WITHOUT_EXTENSIONS =
      "-P posix-rename,statvfs,fstatvfs,hardlink,fsync,lsetstat,limits,expand-path,copy-data";

  private static final Path SSHD = Path.of("/usr/sbin/sshd");

  private final Path dir;
  private final List<String> launcher;
  private final int port;
  private final Path root;
  private volatile @Nullable Process process;

  private RealSshd(Path dir, String sftpArgs, int port, List<String> launcher) throws IOException {
    this.dir = dir;
    this.launcher = List.copyOf(launcher);
    this.port = port;
    this.root = dir.resolve("data");
    Files.createDirectories(root);
    newKey("host_key");
    newKey("client_key");
    Files.copy(dir.resolve("client_key.pub"), dir.resolve("authorized_keys"));
    pinHostKey();
    Files.writeString(
        dir.resolve("sshd_config"),
        """
        ListenAddress 127.0.0.1
        Port %d
        HostKey %s
        AuthorizedKeysFile %s
        PidFile none
        StrictModes no
        UsePAM no
        PermitRootLogin yes
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        MaxStartups 500
        UseDNS no
        Subsystem sftp internal-sftp %s
        """
            .formatted(
                port, dir.resolve("host_key"), dir.resolve("authorized_keys"), sftpArgs.strip()));
  }

  /** A running server that keeps its files in {@code dir}. */
  public static RealSshd start(Path dir) throws IOException {
    return start(dir, "");
  }

  /** The same with arguments for internal-sftp, such as {@link #WRITE_ONCE}. */
  public static RealSshd start(Path dir, String sftpArgs) throws IOException {
    return start(dir, sftpArgs, FreePort.next());
  }

  /** The same on a port of the caller's choice. */
  public static RealSshd start(Path dir, String sftpArgs, int port) throws IOException {
    return start(dir, sftpArgs, port, List.of());
  }

  /** The same where even root's sessions obey the modes of files, as everybody else's do. */
  public static RealSshd startObeyingModes(Path dir, String sftpArgs) throws IOException {
    // Nobody else can give up what only root has, or needs to.
    boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    return start(
        dir,
        sftpArgs,
        FreePort.next(),
        root ? List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search") : List.of());
  }

  private static RealSshd start(Path dir, String sftpArgs, int port, List<String> launcher)
      throws IOException {
    RealSshd sshd =
        new RealSshd(Files.createDirectories(dir).toRealPath(), sftpArgs, port, launcher);
    sshd.launch();
    return sshd;
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The folder that {@link #target} names; it exists. */
  public Path root() {
    return root;
  }

  /** An ed25519 key in OpenSSH's format, without a passphrase, that the server lets in. */
  public Path clientKey() {
    return dir.resolve("client_key");
  }

  /** The server's host key, pinned for {@link #port}. */
  public Path knownHosts() {
    return dir.resolve("known_hosts");
  }

  /** The way straight to the server. */
  public SftpTarget target() {
    return target(port);
  }

  /** The way through another port, such as a {@link TcpProxy}'s; pins the host key for it. */
  public SftpTarget target(int viaPort) {
    try {
      Path pinned = dir.resolve("known_hosts-" + viaPort);
      Files.writeString(pinned, "[127.0.0.1]:%d %s%n".formatted(viaPort, hostKey()));
      return new SftpTarget(
          System.getProperty("user.name"),
          "127.0.0.1",
          viaPort,
          root.toString(),
          clientKey(),
          viaPort == port ? knownHosts() : pinned,
          null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The remote at {@link #target}. */
  public SftpRemote remote(String name) {
    return new SftpRemote(name, target());
  }

  /** Kills the server and every session hard: connections drop. */
  public void stop() {
    Process running = process;
    process = null;
    if (running == null) {
      return;
    }
    List<ProcessHandle> sessions;
    try (Stream<ProcessHandle> descendants = running.descendants()) {
      sessions = descendants.toList();
    }
    running.destroyForcibly();
    sessions.forEach(ProcessHandle::destroyForcibly);
    try {
      running.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops if need be, and starts again with the same port and host key. */
  public void restart() throws IOException {
    stop();
    launch();
  }

  /** Restarts with a new host key; {@link #knownHosts} still names the old one. */
  public void replaceHostKey() throws IOException {
    stop();
    Files.delete(dir.resolve("host_key"));
    Files.delete(dir.resolve("host_key.pub"));
    newKey("host_key");
    launch();
  }

  @Override
  public void close() {
    stop();
  }

  private void launch() throws IOException {
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd")); // privilege separation needs it
    }
    Path log = dir.resolve("sshd.log");
    List<String> command = new ArrayList<>(launcher);
    command.addAll(
        List.of(SSHD.toString(), "-D", "-e", "-f", dir.resolve("sshd_config").toString()));
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process = started;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      try (Socket probe = new Socket()) {
        probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        if (started.isAlive()) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      if (!started.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("sshd did not start:\n" + Files.readString(log));
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void pinHostKey() throws IOException {
    Files.writeString(knownHosts(), "[127.0.0.1]:%d %s%n".formatted(port, hostKey()));
  }

  private String hostKey() throws IOException {
    String[] fields = Files.readString(dir.resolve("host_key.pub")).split(" ", 3);
    return fields[0] + " " + fields[1];
  }

  private void newKey(String name) throws IOException {
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", "" + dir.resolve(name));
  }

  private static void run(String... command) throws IOException {
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (p.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}

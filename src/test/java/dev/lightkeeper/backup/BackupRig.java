package dev.lightkeeper.backup;

import dev.lightkeeper.shelf.ArchiveFolder;
import dev.lightkeeper.testing.DockerProxy;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.SampleDeployment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** {@code lightkeeper backup} of a sample deployment, in processes of its own. */
public final class BackupRig {
  static final String PASSPHRASE = "correct horse ∞ battery";

  private final SampleDeployment sample;
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private String heap = "128m";
  private String settings = "";
  private String remotes = "";
  private Path archives;

  /** With everything of its own in {@code folder}. */
  public BackupRig(SampleDeployment sample, Path folder) {
    this.sample = sample;
    this.folder = folder;
    this.archives = folder.resolve("archives");
    environment.put("DOCKER_HOST", sample.dockerHost().toString());
  }

  /** More lines of {@code [backup]}. */
  BackupRig with(String setting) {
    settings += setting + "\n";
    return this;
  }

  BackupRig encrypted() throws IOException {
    Path file = folder.resolve("passphrase");
    Files.writeString(file, PASSPHRASE + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return with("passphrase_file = \"" + file + "\"");
  }

  BackupRig remote(String name, RealSshd sshd) {
    remotes +=
        """
        [remotes.%s]
        url = "sftp://%s@127.0.0.1:%d%s"
        key = "%s"
        known_hosts = "%s"
        """
            .formatted(
                name,
                sshd.target().user(),
                sshd.port(),
                sshd.root(),
                sshd.clientKey(),
                sshd.knownHosts());
    return this;
  }

  /** A folder as a remote. */
  public BackupRig remote(String name, Path disk) throws IOException {
    Files.createDirectories(disk);
    remotes += "[remotes.%s]\nurl = \"file://%s\"\n".formatted(name, disk);
    return this;
  }

  BackupRig variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  BackupRig heap(String size) {
    heap = size;
    return this;
  }

  /** It speaks to the Engine through this. */
  BackupRig through(DockerProxy proxy) {
    environment.put("DOCKER_HOST", proxy.host().toString());
    return this;
  }

  BackupRig keptIn(Path other) {
    archives = other;
    return this;
  }

  BackupRig node(Path file) throws IOException {
    Files.write(file, new byte[300]);
    remotes += "[nodes.alice]\nkind = \"file\"\nfile = \"%s\"\n".formatted(file);
    return this;
  }

  /** The sample's LND as alice and its Core Lightning as carol. */
  public BackupRig lightningNodes() {
    remotes +=
        """
        [nodes.alice]
        kind = "lnd"
        file = "%s"
        [nodes.carol]
        kind = "cln"
        file = "%s"
        """
            .formatted(
                sample
                    .volume("lnd_bitcoin_datadir")
                    .resolve("data/chain/bitcoin/mainnet/channel.backup"),
                sample.volume("clightning_bitcoin_datadir").resolve("bitcoin/emergency.recover"));
    return this;
  }

  Path passphraseFile() {
    return folder.resolve("passphrase");
  }

  /** The state folder. */
  public Path state() {
    return folder.resolve("state");
  }

  ArchiveFolder archives() {
    return new ArchiveFolder(archives);
  }

  /** The newest archive here. */
  public Path newest() throws IOException {
    return archives().file(archives().list().getLast().name());
  }

  /** Names in the folder of archives, hidden ones too. */
  List<String> names() throws IOException {
    try (var files = Files.list(archives)) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    }
  }

  private Path config() throws IOException {
    Path config = folder.resolve("lightkeeper.toml");
    Files.writeString(
        config,
        """
        state = "%s"
        %s
        [backup]
        environment = "%s"
        folder = "%s"
        %s
        """
            .formatted(state(), remotes, sample.profile(), archives, settings));
    return config;
  }

  /** How a process ended. */
  public record Ended(int exit, String out) {}

  /** {@code lightkeeper backup}. */
  public Ended run(String... arguments) throws IOException, InterruptedException {
    return ended(start(arguments));
  }

  /** The same under an account that may read everything, as the daemon's, and is not root. */
  Ended runAsOther(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = command("backup", arguments).redirectErrorStream(true);
    builder
        .command()
        .addAll(
            0,
            List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--inh-caps=+dac_read_search",
                "--ambient-caps=+dac_read_search"));
    return ended(builder.start());
  }

  /** Any command. */
  public Ended lightkeeper(String command, String... arguments)
      throws IOException, InterruptedException {
    return ended(command(command, arguments).redirectErrorStream(true).start());
  }

  private static Ended ended(Process process) throws IOException, InterruptedException {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out);
  }

  Process start(String... arguments) throws IOException {
    return command("backup", arguments).redirectErrorStream(true).start();
  }

  /** The daemon. */
  public Process watch() throws IOException {
    return daemon("watch");
  }

  /** The guard. */
  public Process guard() throws IOException {
    return daemon("guard");
  }

  private Process daemon(String command) throws IOException {
    return command(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(command + ".log").toFile())
        .start();
  }

  private ProcessBuilder command(String command, String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lightkeeper.cli.Main",
                "--config",
                config().toString(),
                command));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    return builder;
  }

  /** Starts a backup and returns once it has begun {@code step}. */
  Process startUntil(BackupStep step, String... arguments) throws IOException {
    String named = "\"" + step.name().toLowerCase(Locale.ROOT) + "\"";
    return startUntil(
        line -> line.contains("\"event\":\"began\"") && line.contains(named), arguments);
  }

  /** Starts a backup and returns once it reads something with this in its name. */
  Process startUntilAt(String name) throws IOException {
    return startUntil(line -> line.contains("\"event\":\"at\"") && line.contains(name));
  }

  private Process startUntil(Predicate<String> sought, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Process process = start(all.toArray(String[]::new));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line; (line = lines.readLine()) != null; said.append(line).append('\n')) {
      if (sought.test(line)) {
        // The rest is read away, so that the process never waits for us.
        Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
        return process;
      }
    }
    throw new AssertionError("the backup ended too early:\n" + said);
  }

  static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM, to a process of ours; how the process ended. */
  public static int terminate(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it did not end after SIGTERM");
    }
    return process.exitValue();
  }

  List<String> down() {
    return SampleDeployment.SERVICES.stream().filter(s -> !sample.running(s)).toList();
  }
}

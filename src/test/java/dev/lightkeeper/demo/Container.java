package dev.lightkeeper.demo;

import dev.lightkeeper.testing.Shell;
import dev.lightkeeper.testing.StandInLnd;
import dev.lightkeeper.testing.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The example's image and fragment, in a Docker Engine of their own, beside a real SFTP server. */
public final class Container {
  private static final String IMAGE = "lightkeeper:0.1.0";
  private static final int TRIES = 240;
  private static final int STATUS_TRIES = 60;

  private Container() {}

  /**
   * Ends with an exception, and exits with 1, if anything does not work.
   *
   * @param args the folder of the packages, that of the examples, and an empty one to work in
   */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[2]).toAbsolutePath();
    try (TestEngine engine = TestEngine.start();
        DemoServer server = DemoServer.in(Files.createDirectories(folder.resolve("server")))) {
      Shell docker = engine.shell();
      build(docker, Path.of(args[0]), Path.of(args[1]));
      try {
        stream(docker, Path.of(args[1]), server, folder);
      } finally {
        engine.clean();
        var _ = docker.run("docker", "rmi", "--force", IMAGE);
      }
    }
    System.exit(0);
  }

  private static void build(Shell docker, Path packages, Path examples) {
    Map<String, String> environment = new HashMap<>(docker.environment());
    environment.put("DOCKER_BUILDKIT", "0");
    var _ =
        new Shell(environment)
            .run(
                List.of(
                    "docker",
                    "build",
                    "--network=none",
                    "--build-arg=BASE=lightkeeper-sample",
                    "--tag=" + IMAGE,
                    "--file=" + examples.resolve("Dockerfile"),
                    packages.toString()));
  }

  private static void stream(Shell docker, Path examples, DemoServer server, Path folder)
      throws Exception {
    // As the generator does it: one file, one project, whose volumes are called generated_….
    Path compose = folder.resolve("docker-compose.generated.yml");
    Files.copy(examples.resolve("opt-add-lightkeeper.custom.yml"), compose);
    // The test's Engine has no bridges; everything else is as the fragment says.
    Path here = folder.resolve("here.yml");
    Files.writeString(here, "version: \"3\"\nservices:\n  lightkeeper:\n    network_mode: host\n");
    List<String> up =
        List.of(
            "docker-compose", "-p", "generated", "-f", compose.toString(), "-f", here.toString());
    var _ = docker.run(with(up, "up", "--no-start"));
    Path data = volume(docker, "lnd_bitcoin_datadir").resolve("data/chain/bitcoin/mainnet");
    StandInLnd node = new StandInLnd(Files.createDirectories(data));
    node.update(1);
    Path settings = volume(docker, "lightkeeper_config");
    Files.copy(server.key(), settings.resolve("client_key"));
    String file = "/nodes/lnd_bitcoin/data/chain/bitcoin/mainnet/channel.backup";
    var _ =
        docker.run(
            "docker",
            "run",
            "--rm",
            "--network=host",
            "--read-only",
            "--volume=generated_lightkeeper_config:/etc/lightkeeper",
            "--volume=generated_lnd_bitcoin_datadir:/nodes/lnd_bitcoin:ro",
            IMAGE,
            "init",
            "--yes",
            "--no-discover",
            "--node=lnd-mainnet=lnd:" + file,
            "--remote=" + server.url(),
            "--accept-host-key=" + server.fingerprint(),
            "--key=/etc/lightkeeper/client_key");
    var _ = docker.run(with(up, "up", "-d"));
    Path kept = server.folder().resolve("lnd-mainnet/channel.backup");
    arrives(docker, node, kept);
    node.update(2);
    arrives(docker, node, kept);
    agrees(docker);
    var _ = docker.run(with(up, "down", "-t", "45"));
  }

  /** The daemon tells of itself every few seconds: its status may be older than what arrived. */
  private static void agrees(Shell docker) throws InterruptedException {
    List<String> status = List.of("docker", "exec", "lightkeeper", "lightkeeper", "status");
    for (int i = 0; i < STATUS_TRIES && !docker.succeeds(status); i++) {
      Thread.sleep(500);
    }
    var _ = docker.run(status);
  }

  private static List<String> with(List<String> command, String... more) {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(more));
    return words;
  }

  private static Path volume(Shell docker, String name) {
    return Path.of(
        docker.run("docker", "volume", "inspect", "--format={{.Mountpoint}}", "generated_" + name));
  }

  private static void arrives(Shell docker, StandInLnd node, Path kept)
      throws IOException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      if (Files.exists(kept) && Files.mismatch(kept, node.file()) == -1) {
        return;
      }
      Thread.sleep(500);
    }
    throw new IOException(
        "the change never arrived at "
            + kept
            + ":\n"
            + docker.run("docker", "logs", "lightkeeper"));
  }
}

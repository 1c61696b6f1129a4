package dev.lightkeeper.recover;

import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A stand-in for a node's own command in the container of its service: a script and its files. */
public final class StandInNode {
  private final Shell shell;
  private final String container;

  private StandInNode(SampleDeployment sample, String container) {
    this.shell = new Shell(Map.of("DOCKER_HOST", sample.dockerHost().toString()));
    this.container = container;
  }

  /** {@code lncli}, of a node that is ready and knows no channel. */
  public static StandInNode lnd(SampleDeployment sample) {
    StandInNode node = new StandInNode(sample, "btcpayserver_lnd_bitcoin");
    node.makeAnew();
    node.set("state", "SERVER_ACTIVE");
    node.set("synced", "true");
    return node;
  }

  /** {@code lightning-cli}, of a node that is ready and knows no channel. */
  public static StandInNode cln(SampleDeployment sample) {
    StandInNode node = new StandInNode(sample, "btcpayserver_clightning_bitcoin");
    node.makeAnew();
    return node;
  }

  private void makeAnew() {
    var _ = in("rm -rf /tmp/node; mkdir /tmp/node");
  }

  private String in(String script) {
    return shell.run("docker", "exec", container, "sh", "-c", script);
  }

  /** Sets one of the script's files to these lines. */
  public void set(String file, String... lines) {
    String text = lines.length == 0 ? "" : String.join("\\n", lines) + "\\n";
    var _ = in("printf '" + text + "' > /tmp/node/" + file);
  }

  /** Puts a file of any content among the script's. */
  public void put(String file, byte[] content) throws IOException {
    Path copy = Files.createTempFile("lightkeeper-", file);
    Files.write(copy, content);
    var _ = shell.run("docker", "cp", copy.toString(), container + ":/tmp/node/" + file);
    Files.delete(copy);
  }

  /** How often the command was called with this word. */
  public long calls(String word) {
    return in("cat /tmp/node/calls")
        .lines()
        .filter(l -> (" " + l + " ").contains(" " + word + " "))
        .count();
  }

  /** The lines of one of the script's files; none if it is not there. */
  public List<String> lines(String file) {
    return in("cat /tmp/node/" + file + " 2>/dev/null || :").lines().toList();
  }
}

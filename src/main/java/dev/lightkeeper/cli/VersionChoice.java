package dev.lightkeeper.cli;

import dev.lightkeeper.node.NodeName;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The parameter and the option that say which node's version is meant, and which one. */
final class VersionChoice {
  // Not the standard mixin: here --version is a version of the node.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Parameters(
      arity = "0..1",
      paramLabel = "NODE",
      converter = NodeNameConverter.class,
      description = "The node; may be left out where there is only one.")
  private @Nullable NodeName node;

  @Option(
      names = "--version",
      paramLabel = "N",
      description = "The version with this number (default: the newest that is whole).")
  private @Nullable Long version;

  /** Null if none was named. */
  @Nullable NodeName node() {
    return node;
  }

  /** Whether one version was named, so that no other is meant. */
  boolean numbered() {
    return version != null;
  }

  /**
   * What was found.
   *
   * @param newest whether it is certainly the one that was meant: every remote could be read, or a
   *     number was given
   */
  record Chosen(Candidates.Found found, boolean newest) {}

  /** Finds it on the remotes that answered. */
  Chosen find(Candidates candidates) throws Exception {
    NodeName chosen = node == null ? onlyNode(candidates) : node;
    Candidates.Found found = candidates.newest(chosen, version);
    if (found == null) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          version == null
              ? "no version of " + chosen + " is there"
              : "version " + version + " of " + chosen + " is not there",
          "see what is there with 'lightkeeper versions'");
    }
    return new Chosen(found, version != null || candidates.complete());
  }

  private static NodeName onlyNode(Candidates candidates) throws Exception {
    List<NodeName> nodes = candidates.nodes();
    if (nodes.size() == 1) {
      return nodes.getFirst();
    }
    throw nodes.isEmpty()
        ? new CliException(
            ExitCode.NOT_FOUND,
            "no node is there",
            "check the folder in the remote's address: it is the one above the nodes' folders")
        : new CliException(
            ExitCode.USAGE,
            "there are several nodes",
            "name one of them: "
                + nodes.stream().map(NodeName::value).collect(Collectors.joining(", ")));
  }
}

package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config.NodeSection;
import dev.lightkeeper.deployment.BtcpayVolumes;
import dev.lightkeeper.node.FoundNode;
import dev.lightkeeper.node.NativePlaces;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeFinder;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which nodes the new configuration names: those found here, and those given. Mix in. */
final class InitNodes {
  private static final Pattern GIVEN = Pattern.compile("([^=]+)=([a-z]+):(.+)");

  @Option(
      names = "--node",
      paramLabel = "NAME=KIND:FILE",
      description = {
        "Watch this file; KIND is lnd, cln or file. Repeatable.",
        "Replaces a node that was found with that name or file."
      })
  private List<String> given = List.of();

  @Option(names = "--no-discover", description = "Do not look for nodes on this host.")
  private boolean noDiscover;

  /**
   * @param root null to look on this host; a test's own tree otherwise
   * @throws CliException if a given node is not usable, or there is none at all
   */
  List<NodeSection> sections(@Nullable Path root, GlobalOptions global) throws CliException {
    Map<String, Node> nodes = new LinkedHashMap<>();
    if (!noDiscover) {
      for (FoundNode found : search(root, global)) {
        Node node = found.node();
        nodes.put(node.name().value(), node);
        String note = found.note() == null ? "" : " (" + found.note() + ")";
        global.note("Found %s: %s%s".formatted(node.name(), node.file(), note));
      }
    }
    List<Node> parsed = new ArrayList<>();
    for (String text : given) {
      parsed.add(parse(text));
    }
    checkDistinct(parsed);
    for (Node node : parsed) {
      nodes.values().removeIf(n -> n.file().equals(node.file()));
      nodes.put(node.name().value(), node);
    }
    if (nodes.isEmpty()) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          noDiscover ? "no node is given" : "no Lightning node was found on this host",
          "Name one: --node NAME=lnd:/path/to/channel.backup"
              + " or --node NAME=cln:/path/to/emergency.recover");
    }
    return sections(nodes.values());
  }

  private static List<FoundNode> search(@Nullable Path root, GlobalOptions global) {
    BtcpayVolumes volumes = root == null ? BtcpayVolumes.find() : BtcpayVolumes.under(root);
    List<Path> places = new ArrayList<>(volumes.folders());
    places.addAll(NativePlaces.under(root == null ? Path.of("/") : root));
    NodeFinder.Found found = NodeFinder.find(places);
    if (global.verbose()) {
      volumes.notes().forEach(global::note);
      found.notes().forEach(global::note);
    }
    return found.nodes();
  }

  private static List<NodeSection> sections(Collection<Node> nodes) {
    return nodes.stream()
        .map(n -> new NodeSection(n.name().value(), n.kind().id(), n.file()))
        .toList();
  }

  private static Node parse(String text) throws CliException {
    Matcher m = GIVEN.matcher(text);
    if (!m.matches()) {
      throw refused(text, "is not NAME=KIND:FILE");
    }
    NodeKind kind =
        Arrays.stream(NodeKind.values())
            .filter(k -> k.id().equals(m.group(2)))
            .findFirst()
            .orElseThrow(() -> refused(text, "has a kind that is none of lnd, cln and file"));
    if (!NodeName.isValid(m.group(1))) {
      throw refused(text, "has a name that cannot be used");
    }
    Path file = Path.of(m.group(3)).toAbsolutePath().normalize();
    return new Node(new NodeName(m.group(1)), kind, file);
  }

  private static void checkDistinct(List<Node> nodes) throws CliException {
    if (nodes.stream().map(Node::name).distinct().count() < nodes.size()
        || nodes.stream().map(Node::file).distinct().count() < nodes.size()) {
      throw new CliException(
          ExitCode.USAGE,
          "two --node options have one name or one file",
          "Give every node a name and a file of its own");
    }
  }

  private static CliException refused(String text, String why) {
    return new CliException(
        ExitCode.USAGE,
        "--node " + text + " " + why,
        "Write it like --node alice=lnd:/var/lib/lnd/data/chain/bitcoin/mainnet/channel.backup");
  }
}

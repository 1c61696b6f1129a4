package dev.lightkeeper.recover;

import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.node.NodeKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node in a container of BTCPay Server's, reached through the command that comes with it.
 *
 * @param service its compose service, such as {@code lnd_bitcoin}
 */
public record BtcpayNode(NodeKind kind, String service) {
  // What else belongs to a node has a longer name: lnd_bitcoin_rtl.
  private static final Pattern SERVICE = Pattern.compile("(lnd|clightning)_[a-z0-9]+");

  // As BTCPay Server's bitcoin-lncli.sh and bitcoin-lightning-cli.sh call them.
  private static final List<String> LNCLI =
      List.of("lncli", "--macaroonpath", "/root/.lnd/admin.macaroon");
  private static final List<String> LIGHTNING_CLI =
      List.of("lightning-cli", "--rpc-file", "/root/.lightning/lightning-rpc");

  /** The node that {@code service} is; empty if it is something else. */
  public static Optional<BtcpayNode> of(String service) {
    Matcher named = SERVICE.matcher(service);
    return named.matches()
        ? Optional.of(
            new BtcpayNode(named.group(1).equals("lnd") ? NodeKind.LND : NodeKind.CLN, service))
        : Optional.empty();
  }

  /**
   * How far it is, as its RPC says now.
   *
   * @throws RecoverException of kind NO_WALLET; of kind NOT_RUNNING if it has no running container
   */
  public NodeState state(Engine engine) throws RecoverException, InterruptedException {
    ContainerProgram program = new ContainerProgram(engine, service);
    return switch (kind) {
      case LND -> new LndState(new Answers(program, LNCLI)).ask();
      case CLN, FILE -> cln(engine, null).state();
    };
  }

  /** For recovery by the first of {@code backups} that opens, told as {@link LndCli} says. */
  public NodeCli lnd(Engine engine, List<Path> backups, Consumer<String> told) {
    return new LndCli(new ContainerProgram(engine, service), LNCLI, backups, told);
  }

  /** For recovery by the channel backup in its own folder, whose channels {@code kept} names. */
  public NodeCli cln(Engine engine, @Nullable Path kept) {
    return new ClnCli(new ContainerProgram(engine, service), LIGHTNING_CLI, kept);
  }
}

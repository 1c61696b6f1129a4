package dev.lightkeeper.recover;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.recover.ChannelStanding.Stage;
import dev.lightkeeper.recover.RecoverException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * LND through {@code lncli} (lnd v0.21, cmd/commands; lnrpc/lightning.proto). Importing a channel
 * makes a shell of it, listed below waiting_close_channels until its closing is on chain.
 */
public final class LndCli implements NodeCli {
  private final Answers lncli;
  private final List<Path> backups;
  private final Consumer<String> told;
  private @Nullable String opened;

  /**
   * @param prefix {@code lncli} and the options it needs to reach this node
   * @param backups the channel backup to import, on this host, and those to take in its stead, in
   *     this order, if LND cannot open it
   * @param told of each that LND cannot open while there are others: one sentence
   */
  public LndCli(
      NodeProgram program, List<String> prefix, List<Path> backups, Consumer<String> told) {
    if (backups.isEmpty()) {
      throw new IllegalArgumentException("no channel backup to import");
    }
    this.lncli = new Answers(program, prefix);
    this.backups = List.copyOf(backups);
    this.told = told;
  }

  @Override
  public NodeState state() throws RecoverException, InterruptedException {
    return new LndState(lncli).ask();
  }

  @Override
  public Optional<List<String>> verify() throws RecoverException, InterruptedException {
    String newest = "";
    for (Path backup : backups) {
      String file = "--multi_file=" + lncli.program().lend(backup);
      NodeProgram.Output output = lncli.run("verifychanbackup", file);
      if (output.well()) {
        opened = file;
        return Optional.of(points(output));
      }
      if (!output.complaints().contains("invalid multi channel backup")) {
        throw new RecoverException(
            Kind.FAILED,
            "LND did not verify the channel backup: " + output.lastWords(),
            "see to that, then run it again");
      }
      String said =
          "LND cannot open the channel backup %s with its own key: %s"
              .formatted(backup, output.lastWords());
      newest = newest.isEmpty() ? said : newest;
      if (!backup.equals(backups.getLast())) {
        told.accept(said + "; trying the one before it");
      }
    }
    throw new RecoverException(
        Kind.WRONG_BACKUP,
        newest,
        "it is another node's, or damaged: take another version (lightkeeper versions)");
  }

  private List<String> points(NodeProgram.Output output) throws RecoverException {
    List<String> points = new ArrayList<>();
    lncli.read(output, "verifychanbackup").path("chan_points").forEach(p -> points.add(p.asText()));
    return points;
  }

  @Override
  public Attempt recover() throws RecoverException, InterruptedException {
    NodeProgram.Output output = lncli.run("restorechanbackup", multiFile());
    return new Attempt(output.well(), output.lastWords());
  }

  @Override
  public boolean tookUpAny() throws RecoverException, InterruptedException {
    return channels().stream().anyMatch(c -> c.stage() != Stage.OPEN);
  }

  private String multiFile() throws RecoverException, InterruptedException {
    String file = opened;
    return file == null ? "--multi_file=" + lncli.program().lend(backups.getFirst()) : file;
  }

  @Override
  public List<ChannelStanding> channels() throws RecoverException, InterruptedException {
    Set<String> connected = new HashSet<>();
    for (JsonNode peer : lncli.ask("listpeers").path("peers")) {
      connected.add(peer.path("pub_key").asText());
    }
    List<ChannelStanding> found = new ArrayList<>();
    for (JsonNode closed : lncli.ask("closedchannels").path("channels")) {
      found.add(
          standing(
              closed.path("channel_point"),
              closed.path("remote_pubkey"),
              Stage.CLOSED,
              connected,
              closed.path("closing_tx_hash").asText(),
              "%d sat came back".formatted(closed.path("settled_balance").asLong())));
    }
    JsonNode pending = lncli.ask("pendingchannels");
    for (JsonNode closing : pending.path("pending_force_closing_channels")) {
      found.add(
          standing(
              closing.path("channel").path("channel_point"),
              closing.path("channel").path("remote_node_pub"),
              Stage.CLOSING,
              connected,
              closing.path("closing_txid").asText(),
              "%d sat under way".formatted(closing.path("limbo_balance").asLong())));
    }
    for (JsonNode waiting : pending.path("waiting_close_channels")) {
      String closing = waiting.path("closing_txid").asText();
      boolean seen = !closing.isEmpty() || waiting.path("close_height").asLong() > 0;
      found.add(
          standing(
              waiting.path("channel").path("channel_point"),
              waiting.path("channel").path("remote_node_pub"),
              seen ? Stage.CLOSING : Stage.WAITING,
              connected,
              closing,
              seen
                  ? "%d more blocks".formatted(waiting.path("blocks_til_close_confirmed").asLong())
                  : ""));
    }
    for (JsonNode open : lncli.ask("listchannels").path("channels")) {
      found.add(
          standing(
              open.path("channel_point"),
              open.path("remote_pubkey"),
              Stage.OPEN,
              connected,
              "",
              ""));
    }
    return found;
  }

  private static ChannelStanding standing(
      JsonNode point,
      JsonNode peer,
      Stage stage,
      Set<String> connected,
      String closing,
      String detail) {
    return new ChannelStanding(
        point.asText(), peer.asText(), stage, connected.contains(peer.asText()), closing, detail);
  }

  @Override
  public String advice(ChannelStanding channel) {
    return switch (channel.stage()) {
      case MISSING ->
          "LND did not take it up: its peer may have no address in the channel backup; connect to"
              + " it (lncli connect PUBKEY@HOST), then run this again";
      case WAITING ->
          channel.connected()
              ? "ask the operator of "
                  + channel.peer()
                  + " to force-close it; never to close it by agreement"
              : "no connection to "
                  + channel.peer()
                  + ": look for its present address (lncli connect PUBKEY@HOST), or reach its"
                  + " operator, who can force-close it";
      case CLOSING, CLOSED, OPEN -> "";
    };
  }
}

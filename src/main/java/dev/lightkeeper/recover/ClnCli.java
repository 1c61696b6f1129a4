package dev.lightkeeper.recover;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.recover.ChannelStanding.Stage;
import dev.lightkeeper.scb.BackedUpChannel;
import dev.lightkeeper.scb.BackupFormat;
import dev.lightkeeper.scb.BackupKey;
import dev.lightkeeper.scb.Opening;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Core Lightning through {@code lightning-cli}; its channel backup is already in its folder, and
 * names its channels once it is opened with the key that {@code makesecret} answers (doc:
 * lightning-emergencyrecover, lightning-listpeerchannels, lightning-listclosedchannels). A channel
 * that was recovered has the short channel id of a stub, 1x1x1, until it is closed.
 */
public final class ClnCli implements NodeCli {
  private static final String STUB = "1x1x1";

  private final Answers cli;

  /**
   * @param prefix {@code lightning-cli} and the options it needs to reach this node
   */
  public ClnCli(NodeProgram program, List<String> prefix) {
    this.cli = new Answers(program, prefix);
  }

  @Override
  public NodeState state() throws RecoverException, InterruptedException {
    NodeProgram.Output output = cli.run("getinfo");
    if (!output.well()) {
      return new NodeState.Silent(output.lastWords());
    }
    JsonNode info = cli.read(output, "getinfo");
    boolean syncing = info.has("warning_bitcoind_sync") || info.has("warning_lightningd_sync");
    return syncing
        ? new NodeState.Syncing("block " + info.path("blockheight").asLong())
        : new NodeState.Ready();
  }

  @Override
  public Optional<List<String>> verify() throws RecoverException, InterruptedException {
    // Once it has taken channels up, it knows them better than a file that it keeps rewriting.
    return channels().isEmpty() ? named() : Optional.empty();
  }

  /** Whatever is in the way here, the node itself has the last word. */
  private Optional<List<String>> named() throws RecoverException, InterruptedException {
    NodeProgram.Output secret = cli.run("makesecret", "string=scb secret");
    Optional<BackupKey> key = BackupKey.parse(secret.printed().getBytes(StandardCharsets.UTF_8));
    Optional<ChannelBackup> backup = backup();
    if (!secret.well() || key.isEmpty() || backup.isEmpty()) {
      return Optional.empty();
    }
    Opening opening = BackupFormat.open(NodeKind.CLN, backup.get(), key.get());
    if (!(opening instanceof Opening.Opened opened) || !opened.complete()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (BackedUpChannel channel : opened.channels()) {
      names.add(channel.channelId() == null ? channel.outpoint() : channel.channelId());
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(names);
  }

  /** What lies in its folder now. */
  private Optional<ChannelBackup> backup() throws RecoverException, InterruptedException {
    String folder = cli.ask("getinfo").path("lightning-dir").asText();
    NodeProgram.Output file = cli.program().run(List.of("base64", folder + "/emergency.recover"));
    try {
      return file.well()
          ? Optional.of(ChannelBackup.of(Base64.getMimeDecoder().decode(file.printed())))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public Attempt recover() throws RecoverException, InterruptedException {
    NodeProgram.Output output = cli.run("emergencyrecover");
    if (!output.well()) {
      return new Attempt(false, output.lastWords());
    }
    int stubs = cli.read(output, "emergencyrecover").path("stubs").size();
    return new Attempt(true, "%d channels taken up".formatted(stubs));
  }

  @Override
  public List<ChannelStanding> channels() throws RecoverException, InterruptedException {
    List<ChannelStanding> found = new ArrayList<>();
    for (JsonNode channel : cli.ask("listpeerchannels").path("channels")) {
      String state = channel.path("state").asText();
      found.add(
          new ChannelStanding(
              channel.path("channel_id").asText(),
              channel.path("peer_id").asText(),
              stage(state, channel.path("short_channel_id").asText()),
              channel.path("peer_connected").asBoolean(),
              "",
              state));
    }
    for (JsonNode channel : cli.ask("listclosedchannels").path("closedchannels")) {
      found.add(
          new ChannelStanding(
              channel.path("channel_id").asText(),
              channel.path("peer_id").asText(),
              Stage.CLOSED,
              false,
              "",
              channel.path("close_cause").asText()));
    }
    return found;
  }

  private static Stage stage(String state, String shortId) {
    return switch (state) {
      case "FUNDING_SPEND_SEEN", "ONCHAIN" -> Stage.CLOSING;
      case "CLOSED" -> Stage.CLOSED;
      case "CHANNELD_NORMAL", "CHANNELD_AWAITING_SPLICE" ->
          shortId.equals(STUB) ? Stage.WAITING : Stage.OPEN;
      default -> Stage.WAITING;
    };
  }

  @Override
  public String advice(ChannelStanding channel) {
    return switch (channel.stage()) {
      case MISSING, WAITING ->
          channel.connected()
              // A Core Lightning peer takes our lost state for a passing failure and stays open.
              ? "ask the operator of "
                  + channel.peer()
                  + " to force-close it (Core Lightning: lightning-cli close ID 1)"
              : "no connection to "
                  + channel.peer()
                  + ": look for its present address (lightning-cli connect ID@HOST), or reach its"
                  + " operator, who can force-close it";
      case CLOSING, CLOSED, OPEN -> "";
    };
  }
}

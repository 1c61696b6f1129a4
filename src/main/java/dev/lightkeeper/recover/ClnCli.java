package dev.lightkeeper.recover;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.recover.ChannelStanding.Stage;
import dev.lightkeeper.scb.BackedUpChannel;
import dev.lightkeeper.scb.BackupFormat;
import dev.lightkeeper.scb.BackupKey;
import dev.lightkeeper.scb.Opening;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Core Lightning through {@code lightning-cli}; its channel backup is already in its folder, and
 * names its channels once it is opened with the key that {@code makesecret} answers (doc:
 * lightning-emergencyrecover, lightning-recoverchannel, lightning-listpeerchannels,
 * lightning-listclosedchannels). A channel that was recovered has the short channel id of a stub,
 * 1x1x1, until it is closed. The node rewrites the file of the channels that it knows whenever one
 * changes, so what is lost is told by a copy that was kept outside of its folder.
 */
public final class ClnCli implements NodeCli {
  private static final String STUB = "1x1x1";

  private final Answers cli;
  private final @Nullable Path kept;
  private boolean tookUp;

  /**
   * @param prefix {@code lightning-cli} and the options it needs to reach this node
   * @param kept the channel backup as it was put into the node's folder, on this host; null if none
   *     was kept
   */
  public ClnCli(NodeProgram program, List<String> prefix, @Nullable Path kept) {
    this.cli = new Answers(program, prefix);
    this.kept = kept;
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
    Optional<ChannelBackup> backup = keptBackup();
    if (backup.isEmpty() && channels().isEmpty()) {
      // A node that knows channels has rewritten its own file: what was lost is not in there.
      backup = backup();
    }
    return backup.isPresent() ? named(backup.get()) : Optional.empty();
  }

  /** Whatever is in the way here, the node itself has the last word. */
  private Optional<List<String>> named(ChannelBackup backup)
      throws RecoverException, InterruptedException {
    NodeProgram.Output secret = cli.run("makesecret", "string=scb secret");
    Optional<BackupKey> key = BackupKey.parse(secret.printed().getBytes(StandardCharsets.UTF_8));
    if (!secret.well() || key.isEmpty()) {
      return Optional.empty();
    }
    Opening opening = BackupFormat.open(NodeKind.CLN, backup, key.get());
    if (!(opening instanceof Opening.Opened opened) || !opened.complete()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (BackedUpChannel channel : opened.channels()) {
      names.add(channel.channelId() == null ? channel.outpoint() : channel.channelId());
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(names);
  }

  private Optional<ChannelBackup> keptBackup() {
    try {
      return kept == null
          ? Optional.empty()
          : Optional.of(ChannelBackup.of(Files.readAllBytes(kept)));
    } catch (IOException e) {
      return Optional.empty();
    }
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
    tookUp |= stubs > 0;
    return new Attempt(true, "%d channels taken up".formatted(stubs));
  }

  @Override
  public boolean tookUpAny() throws RecoverException, InterruptedException {
    return tookUp
        || anyStub(cli.ask("listpeerchannels").path("channels"))
        || anyStub(cli.ask("listclosedchannels").path("closedchannels"));
  }

  private static boolean anyStub(JsonNode channels) {
    for (JsonNode channel : channels) {
      if (channel.path("short_channel_id").asText().equals(STUB)) {
        return true;
      }
    }
    return false;
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
      // One that is being opened was not lost: nobody is to be asked to close it.
      case "OPENINGD",
          "CHANNELD_AWAITING_LOCKIN",
          "DUALOPEND_OPEN_INIT",
          "DUALOPEND_OPEN_COMMIT_READY",
          "DUALOPEND_OPEN_COMMITTED",
          "DUALOPEND_AWAITING_LOCKIN" ->
          shortId.equals(STUB) ? Stage.WAITING : Stage.OPEN;
      default -> Stage.WAITING;
    };
  }

  @Override
  public String advice(ChannelStanding channel) {
    return switch (channel.stage()) {
      case MISSING -> lost();
      case WAITING ->
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

  /** emergencyrecover reads what the node rewrote itself: only what was kept still helps. */
  private String lost() {
    return "the node drops what it lost from its emergency.recover once another channel is opened: "
        + (kept == null
            ? "look for the version before that (lightkeeper versions)"
            : "keep " + kept)
        + ", and have lightning-cli recoverchannel take its entries";
  }
}

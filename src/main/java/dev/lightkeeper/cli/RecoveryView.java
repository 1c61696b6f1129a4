package dev.lightkeeper.cli;

import dev.lightkeeper.health.Json;
import dev.lightkeeper.recover.ChannelStanding;
import dev.lightkeeper.recover.RecoveryWatcher;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One node's recovery at the terminal: what is waited for, the question, each channel. */
final class RecoveryView implements RecoveryWatcher {
  private final String node;
  private final GlobalOptions global;
  private final Questions questions;
  private final boolean yes;
  private final Map<String, ChannelStanding> channels = new LinkedHashMap<>();

  RecoveryView(String node, GlobalOptions global, Questions questions, boolean yes) {
    this.node = node;
    this.global = global;
    this.questions = questions;
    this.yes = yes;
  }

  @Override
  public void note(String line) {
    global.note(node + ": " + line);
  }

  @Override
  public boolean confirm(Optional<List<String>> closing) throws IOException {
    PrintWriter err = global.err();
    if (closing.isPresent()) {
      err.printf("%s: its peers will be asked to close these channels:%n", node);
      closing.get().forEach(channel -> err.println("  " + channel));
    } else {
      err.printf(
          "%s: its peers will be asked to close every channel in its emergency.recover; Core"
              + " Lightning names them then%n",
          node);
    }
    err.println(
        "  A channel that was closed cannot be opened again; its funds come back on chain.");
    err.flush();
    return yes || questions.yes("Close them?");
  }

  @Override
  public void standing(ChannelStanding channel) {
    channels.put(channel.channel(), channel);
    global.note(node + ": " + line(channel));
  }

  private static String line(ChannelStanding channel) {
    String said =
        switch (channel.stage()) {
          case MISSING -> "not taken up by the node";
          case WAITING ->
              "waits for its peer to close it, "
                  + (channel.connected() ? "which is connected" : "which is not connected");
          case CLOSING -> "closing";
          case CLOSED -> "closed";
          case OPEN -> "open, nothing to recover";
        };
    return String.join(
        "; ",
        List.of(
                channel.channel() + ": " + said,
                channel.closing().isEmpty() ? "" : "in " + channel.closing(),
                channel.detail())
            .stream()
            .filter(part -> !part.isEmpty())
            .toList());
  }

  /** How all of them stand at the end. */
  static void report(GlobalOptions global, List<RecoveryView> views, ExitCode code) {
    PrintWriter out = global.out();
    if (global.json()) {
      List<PrintedNode> nodes = new ArrayList<>();
      for (RecoveryView view : views) {
        nodes.add(
            new PrintedNode(
                view.node,
                view.channels.values().stream()
                    .map(
                        c ->
                            new PrintedChannel(
                                c.channel(),
                                c.peer(),
                                c.stage().name().toLowerCase(Locale.ROOT),
                                c.connected(),
                                c.closing(),
                                c.detail()))
                    .toList()));
      }
      out.println(Json.print(new Printed(nodes, code.value())));
    } else {
      for (RecoveryView view : views) {
        view.channels.values().forEach(c -> out.println(view.node + ": " + line(c)));
      }
      out.println(
          switch (code) {
            case OK -> "Every channel is closed or closing: what is left is a matter of blocks.";
            case INTERRUPTED -> "Nothing was begun.";
            default -> "Not every channel is on its way: see above what to do, and run this again.";
          });
    }
    out.flush();
  }

  /** The documented shape of {@code restore --recover --json}. */
  private record Printed(List<PrintedNode> nodes, int exitCode) {}

  private record PrintedNode(String node, List<PrintedChannel> channels) {}

  private record PrintedChannel(
      String channel,
      String peer,
      String stage,
      boolean connected,
      String closingTx,
      String detail) {}
}

package dev.lightkeeper.cli;

import dev.lightkeeper.backup.BackupStep;
import dev.lightkeeper.backup.BackupSummary;
import dev.lightkeeper.handoff.Offering;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.shelf.Pruning;
import dev.lightkeeper.shelf.ShipmentQueue;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What {@code backup} prints at its end. */
record BackupSummaryView(GlobalOptions global, BackupSummary summary) {
  void print() {
    if (global.json()) {
      global.out().println(Json.line(printed()));
    } else {
      text(global.out());
    }
    summary.problems().forEach(global::warn);
    Offering.Made made = summary.offer();
    if (made != null) {
      made.missed().forEach(m -> global.warn("the offer is not on " + m));
    }
    global.out().flush();
  }

  private void text(PrintWriter out) {
    out.printf(
        "✅ Backup done => %s%n   %s, %d entries of %s, verified%n",
        summary.archive(),
        Words.size(summary.file().size()),
        summary.contents().entries(),
        Words.size(summary.contents().bytes()));
    if (!summary.servicesDown().isZero()) {
      out.printf(
          "   services down for %s: %s%n",
          Words.lag(summary.servicesDown().toMillis()),
          summary.stopped().isEmpty() ? "none" : String.join(", ", summary.stopped()));
    }
    StringBuilder steps = new StringBuilder();
    summary
        .took()
        .forEach(
            (step, took) ->
                steps
                    .append(steps.isEmpty() ? "" : ", ")
                    .append(word(step))
                    .append(' ')
                    .append(Words.lag(took.toMillis())));
    out.printf("   %s%n", steps);
    summary.contents().changedWhileRead().stream()
        .map(name -> "   changed while it was read, as nothing that was stopped wrote it: " + name)
        .forEach(out::println);
    long delivered =
        summary.shipments().stream()
            .filter(ShipmentQueue.Outcome.Delivered.class::isInstance)
            .count();
    if (delivered > 0) {
      out.printf("   shipped and read back: %s%n", remotes());
    }
    Offering.Made made = summary.offer();
    if (made != null) {
      out.printf(
          "   handed off: %s (offer %s)%s%n",
          made.offer().names(),
          made.offer().id().abbreviated(),
          made.remotes().isEmpty()
              ? ", to be carried by hand"
              : ", on " + String.join(", ", made.remotes()));
      out.println(
          "   the stack is down and stays down; on the new server: lightkeeper restore "
              + summary.archive().getFileName()
              + " --migrate");
    }
    for (Pruning pruning : summary.prunings()) {
      if (!pruning.removed().isEmpty()) {
        out.printf("   pruned: %s%n", names(pruning));
      }
    }
  }

  private String remotes() {
    return String.join(
        ", ",
        summary.shipments().stream()
            .filter(ShipmentQueue.Outcome.Delivered.class::isInstance)
            .map(o -> o.shipment().archive() + " to " + o.shipment().remote())
            .toList());
  }

  private static String names(Pruning pruning) {
    return String.join(", ", pruning.removed().stream().map(Object::toString).toList());
  }

  private static String word(BackupStep step) {
    return switch (step) {
      case PREPARE -> "prepare";
      case READ -> "read";
      case CATCH_UP -> "catch up";
      case DOWN -> "down";
      case SEAL -> "write";
      case VERIFY -> "verify";
      case SHIP -> "ship";
      case PRUNE -> "prune";
    };
  }

  private Printed printed() {
    Map<String, Long> millis = new TreeMap<>();
    summary.took().forEach((step, took) -> millis.put(word(step), took.toMillis()));
    return new Printed(
        "summary",
        summary.archive().toString(),
        summary.file().size(),
        summary.file().sha256().hex(),
        summary.contents().entries(),
        summary.contents().bytes(),
        summary.servicesDown().toMillis(),
        summary.stopped(),
        millis,
        summary.problems(),
        summary.offer() == null ? null : summary.offer().offer().id().hex(),
        summary.offer() == null ? List.of() : summary.offer().remotes(),
        (summary.complete() ? ExitCode.OK : ExitCode.PARTIAL).value());
  }

  /** The documented shape of the last line of {@code backup --json}; sizes in bytes. */
  private record Printed(
      String event,
      String archive,
      long size,
      String sha256,
      long entries,
      long bytes,
      long servicesDownMillis,
      List<String> stopped,
      Map<String, Long> stepMillis,
      List<String> problems,
      @Nullable String handoff,
      List<String> offeredOn,
      int exitCode) {}
}

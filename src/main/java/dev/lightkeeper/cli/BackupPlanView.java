package dev.lightkeeper.cli;

import dev.lightkeeper.backup.BackupOrder;
import dev.lightkeeper.backup.BackupPlan;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.deployment.Quiesce;
import dev.lightkeeper.deployment.QuiesceMode;
import dev.lightkeeper.health.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code backup --dry-run} prints. */
record BackupPlanView(GlobalOptions global, BackupOrder order, BackupPlan plan) {
  void print() {
    if (global.json()) {
      global.out().println(Json.print(printed()));
    } else {
      text(global.out());
    }
    global.out().flush();
  }

  private void text(PrintWriter out) {
    out.printf("Archive       %s%n", plan.folder().resolve(plan.name().fileName()));
    out.printf("Encrypted     %s%n", order.passphrase() == null ? "no" : "yes, OpenPGP AES-256");
    out.printf(
        "Contents      %d entries, %s, and the databases' dumps%n",
        plan.contents().entries(), Words.size(plan.contents().bytes()));
    list(out, "Archived", plan.archived().stream().map(BackupPlanView::volume).toList());
    list(out, "Left out", plan.leftOut());
    list(out, verb(), plan.stopped().stream().map(this::stopped).toList());
    out.printf(
        "Room here     about %s needed in %s, %s free%s%n",
        Words.size(plan.needed()),
        plan.folder(),
        Words.size(plan.free()),
        plan.free() < plan.needed() ? ": NOT ENOUGH" : "");
    for (BackupPlan.Room room : plan.rooms()) {
      String free =
          room.free().isPresent() ? Words.size(room.free().getAsLong()) + " free" : "room unknown";
      out.printf(
          "Shipped to    %s (%s): %s%n",
          room.remote(), room.location(), room.problem() == null ? free : room.problem());
    }
    if (plan.rooms().isEmpty()) {
      out.println("Shipped to    nowhere: no remote is configured");
    }
  }

  private String verb() {
    return switch (order.measure()) {
      case STOP -> "Stopped";
      case PAUSE -> "Paused";
      case STACK -> "Taken down";
    };
  }

  /** A container, and that it is only paused where the others are stopped. */
  private String stopped(HostContainer container) {
    boolean paused =
        order.measure() == QuiesceMode.STOP && Quiesce.pauses(QuiesceMode.STOP, container);
    return container.name() + (paused ? " (paused)" : "");
  }

  private static String volume(Path folder) {
    Path parent = folder.getParent();
    return parent == null ? folder.toString() : String.valueOf(parent.getFileName());
  }

  private static void list(PrintWriter out, String heading, List<String> lines) {
    if (lines.isEmpty()) {
      out.printf("%-13s nothing%n", heading);
    }
    for (int i = 0; i < lines.size(); i++) {
      out.printf("%-13s %s%n", i == 0 ? heading : "", lines.get(i));
    }
  }

  private Printed printed() {
    return new Printed(
        plan.folder().resolve(plan.name().fileName()).toString(),
        order.passphrase() != null,
        plan.contents().entries(),
        plan.contents().bytes(),
        plan.archived().stream().map(BackupPlanView::volume).toList(),
        plan.leftOut(),
        order.measure(),
        plan.stopped().stream().map(HostContainer::name).toList(),
        plan.needed(),
        plan.free(),
        plan.rooms().stream()
            .map(
                r ->
                    new Place(
                        r.remote(),
                        r.location(),
                        r.free().isPresent() ? r.free().getAsLong() : null,
                        r.problem()))
            .toList());
  }

  /** The documented shape of {@code backup --dry-run --json}; sizes in bytes. */
  private record Printed(
      String archive,
      boolean encrypted,
      long entries,
      long bytes,
      List<String> archived,
      List<String> leftOut,
      QuiesceMode quiesce,
      List<String> stopped,
      long needed,
      long free,
      List<Place> remotes) {}

  private record Place(
      String name, String location, @Nullable Long free, @Nullable String problem) {}
}

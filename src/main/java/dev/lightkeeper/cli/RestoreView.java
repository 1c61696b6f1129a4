package dev.lightkeeper.cli;

import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.ManifestHead;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.restore.FinishedRestore;
import dev.lightkeeper.restore.NodeBackup;
import dev.lightkeeper.restore.RestorePlan;
import dev.lightkeeper.restore.RestoreResult;
import dev.lightkeeper.restore.RestoreSummary;
import dev.lightkeeper.restore.RestoreWatcher;
import dev.lightkeeper.restore.Staged;
import dev.lightkeeper.restore.Withheld;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A restore at the terminal: its steps, its plan, the question, what is left to do. */
final class RestoreView implements RestoreWatcher {
  private final GlobalOptions global;
  private final Questions questions;
  private final boolean dryRun;
  private final boolean yes;

  RestoreView(GlobalOptions global, Questions questions, boolean dryRun, boolean yes) {
    this.global = global;
    this.questions = questions;
    this.dryRun = dryRun;
    this.yes = yes;
  }

  @Override
  public void step(String what) {
    global.note("… " + what);
  }

  @Override
  public void note(String line) {
    global.warn(line);
  }

  @Override
  public void at(long bytes, String current) {
    // Steps are enough.
  }

  @Override
  public boolean agree(String what) throws IOException {
    return !dryRun && (yes || questions.yes(what + " Go on?"));
  }

  @Override
  public boolean confirm(RestorePlan plan) throws IOException {
    if (!global.json()) {
      print(plan, global.err());
    } else if (dryRun) {
      global.out().println(Json.print(Printed.of(plan, List.of(), List.of(), ExitCode.OK)));
    }
    return !dryRun && (yes || questions.yes("Restore this?"));
  }

  private static void print(RestorePlan plan, PrintWriter out) {
    Staged staged = plan.staged();
    ManifestHead manifest = staged.manifest();
    out.printf("Archive      %s, %s%n", staged.file().name(), Words.size(staged.file().size()));
    out.printf("  sha256     %s%n", staged.file().sha256());
    out.printf("  made       %s%n", origin(staged));
    out.printf(
        "  mode       %s%n",
        staged.mode() == null
            ? "not said (legacy)"
            : staged.mode() == ArchiveMode.MIGRATE
                ? plan.live() == null ? "migrate; restored without channel databases" : "migrate"
                : "backup");
    out.printf(
        "  checked    to its end%s%n",
        manifest == null ? "; it has no list of hashes" : ", every file against its hash");
    out.printf("Volumes      %s%n", String.join(", ", staged.volumes()));
    out.printf(
        "Databases    %s%n",
        String.join(
            ", ", staged.dumps().keySet().stream().map(k -> k.service()).sorted().toList()));
    plan.movedAside()
        .forEach(a -> out.printf("Moved aside  %s%n          to %s%n", a.from(), a.to()));
    plan.staying().forEach(p -> out.printf("Stays        %s%n", p));
    RestorePlan.Live live = plan.live();
    if (live != null) {
      out.printf(
          "Handoff      %s: open; it is claimed once you say yes%n", live.offer().substring(0, 8));
      live.databases().forEach(d -> out.printf("Goes live    %s%n", d.name()));
    }
    for (Withheld one : live == null ? staged.withheld() : live.others()) {
      out.printf("Withheld     %s%n         why %s%n", one.name(), one.why());
    }
    for (NodeBackup node : plan.nodes()) {
      out.printf(
          "Node         %s: %s%n",
          node.node().name(),
          live == null ? "channel backup " + backup(node) : "goes on with its channels");
    }
    out.printf("Free         %s beside all that%n", Words.size(plan.free()));
    plan.notes().forEach(n -> out.printf("Note         %s%n", n));
    out.flush();
  }

  private static String origin(Staged staged) {
    ManifestHead manifest = staged.manifest();
    return manifest == null
        ? "by BTCPay Server's script, which notes no time; its newest file is of %s (%s ago)"
            .formatted(Words.time(staged.newest()), age(staged.newest()))
        : "%s on %s (%s ago) by %s"
            .formatted(
                Words.time(manifest.created()),
                manifest.host(),
                age(manifest.created()),
                manifest.tool());
  }

  private static String backup(NodeBackup node) {
    ChannelBackup backup = node.backup();
    Instant time = node.time();
    if (backup == null || time == null) {
      return "none anywhere";
    }
    return "%s from %s, %s, %s old"
        .formatted(
            node.sequence() == 0 ? "" : "version " + node.sequence(),
            node.source(),
            Words.size(backup.size()),
            age(time))
        .strip();
  }

  private static String age(Instant time) {
    return Words.duration(Duration.between(time, Instant.now()));
  }

  ExitCode report(RestoreResult result) {
    boolean complete = !(result instanceof RestoreSummary done) || done.plan().complete();
    ExitCode code = result.problems().isEmpty() && complete ? ExitCode.OK : ExitCode.PARTIAL;
    PrintWriter out = global.out();
    if (global.json()) {
      out.println(
          Json.print(
              switch (result) {
                case RestoreSummary done ->
                    Printed.of(done.plan(), done.problems(), done.todo(), code);
                case FinishedRestore finished -> Printed.of(finished, code);
              }));
    } else {
      out.println(
          switch (result) {
            case RestoreSummary _ -> "Restored. What was there before is kept.";
            case FinishedRestore finished ->
                "The restore of %s that was cut short is finished; no other was begun. What was there before is kept."
                    .formatted(finished.archive());
          });
      result.problems().forEach(p -> out.println("Problem: " + p));
      out.println("Left to do:");
      result.todo().forEach(t -> out.println("- " + t));
    }
    out.flush();
    return code;
  }

  /** The documented shape of {@code restore --json}. */
  private record Printed(
      String archive,
      String sha256,
      @Nullable String mode,
      List<String> volumes,
      @Nullable String handoff,
      List<String> live,
      List<Kept> withheld,
      List<Used> nodes,
      List<String> notes,
      List<String> problems,
      List<String> todo,
      int exitCode) {
    /** What was planned then is known no more. */
    static Printed of(FinishedRestore finished, ExitCode code) {
      return new Printed(
          finished.archive(),
          finished.sha256(),
          null,
          List.of(),
          null,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          finished.problems(),
          finished.todo(),
          code.value());
    }

    static Printed of(RestorePlan plan, List<String> problems, List<String> todo, ExitCode code) {
      Staged staged = plan.staged();
      ArchiveMode mode = staged.mode();
      return new Printed(
          staged.file().name(),
          staged.file().sha256().hex(),
          mode == null ? null : mode.word(),
          staged.volumes(),
          plan.live() == null ? null : plan.live().offer(),
          plan.live() == null
              ? List.of()
              : plan.live().databases().stream().map(Withheld::name).toList(),
          (plan.live() == null ? staged.withheld() : plan.live().others())
              .stream().map(w -> new Kept(w.name(), w.why(), w.file().toString())).toList(),
          plan.nodes().stream()
              .map(
                  n ->
                      new Used(
                          n.node().name().value(),
                          n.source(),
                          n.sequence(),
                          n.backup() == null ? null : n.backup().hash().hex()))
              .toList(),
          plan.notes(),
          problems,
          todo,
          code.value());
    }
  }

  private record Kept(String name, String why, String file) {}

  private record Used(String node, String source, long sequence, @Nullable String sha256) {}
}

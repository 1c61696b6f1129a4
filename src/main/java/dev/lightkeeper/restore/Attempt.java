package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.ScratchDatabase;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One restore up to the point where all of it lies beside its place, checked and loaded, and the
 * plan was confirmed: until then nothing of the host is touched.
 */
record Attempt(RestoreSite site, Deployment deployment) {
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * Goes on from there with a {@link Changeover}.
   *
   * @return what was done; empty if the plan was not confirmed
   */
  Optional<RestoreSummary> run(RestoreOrder order)
      throws RestoreException,
          DeploymentException,
          ArchiveException,
          IOException,
          InterruptedException {
    RestoreFolder folder = site.folder();
    folder.sweep();
    Destination destination = new Destination(deployment, folder);
    destination.sweepSecrets(folder.kept());
    destination.insistFree(site.engine());
    String id = ID.format(Instant.now());
    Path home = folder.of(id);
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    boolean kept = false;
    @Nullable Takeover takeover = null;
    try {
      RestorePlan plan;
      @Nullable LiveDatabases live;
      try (FreshDatabases databases =
          new FreshDatabases(
              site.engine(),
              deployment,
              ScratchDatabase.Purpose.RESTORE,
              folder.staging(id),
              site.watcher()::step)) {
        Staged staged = stage(order, id, databases);
        live = order.migrating() == null ? null : LiveDatabases.of(staged);
        if (live != null) {
          takeover = Takeover.of(Objects.requireNonNull(order.migrating()), live, order.remotes());
        }
        plan = plan(order, destination, id, staged, live(live, takeover), databases);
      }
      if (!site.watcher().confirm(plan)) {
        return Optional.empty();
      }
      RestoreJournal journal = journal(plan, destination, takeover);
      if (takeover != null) {
        site.claims().claim(takeover, journal);
      }
      kept = true;
      return Optional.of(
          new Changeover(site, order, plan, destination, live, takeover).run(journal));
    } finally {
      if (!kept) {
        site.claims().forget(home, folder.staging(id), takeover);
      }
    }
  }

  private Staged stage(RestoreOrder order, String id, FreshDatabases databases)
      throws RestoreException, ArchiveException, IOException {
    RestoreWatcher watcher = site.watcher();
    watcher.step("reading and checking " + order.archive());
    return new Staging(order.archive(), order.passphrase(), site.folder().staging(id), databases)
        .run((bytes, current) -> watcher.at(bytes, current.toString()));
  }

  private RestorePlan.@Nullable Live live(
      @Nullable LiveDatabases databases, @Nullable Takeover takeover)
      throws RestoreException, InterruptedException {
    if (databases == null || takeover == null) {
      return null;
    }
    site.watcher().step("asking whether its nodes may go live");
    takeover.look();
    return new RestorePlan.Live(
        takeover.handover().offer(), databases.nodes(), databases.files(), databases.others());
  }

  private RestorePlan plan(
      RestoreOrder order,
      Destination destination,
      String id,
      Staged staged,
      RestorePlan.@Nullable Live live,
      FreshDatabases databases)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    NewestBackup newest = NewestBackup.of(staged, order);
    List<NodeBackup> nodes = newest.find();
    List<RestorePlan.Aside> aside = new ArrayList<>();
    for (Move move : destination.moves(staged, id)) {
      if (move.aside() && Files.exists(Path.of(move.from()))) {
        aside.add(new RestorePlan.Aside(Path.of(move.from()), Path.of(move.to())));
      }
    }
    List<Path> staying = new ArrayList<>();
    for (String volume : staged.volumes()) {
      staying.addAll(destination.staying(volume));
    }
    var _ = databases.await();
    new SystemCalls().syncFileSystem(PathBytes.of(staged.folder()));
    return new RestorePlan(
        id,
        deployment,
        staged,
        aside,
        staying,
        live,
        nodes,
        newest.notes(),
        newest.complete(),
        Files.getFileStore(site.folder().path()).getUsableSpace());
  }

  private RestoreJournal journal(
      RestorePlan plan, Destination destination, @Nullable Takeover takeover)
      throws RestoreException, DeploymentException, IOException {
    Engine engine = site.engine();
    List<Move> moves = destination.moves(plan.staged(), plan.id());
    List<String> made = new ArrayList<>();
    for (Move move : moves) {
      Path data = Path.of(move.from());
      if (move.aside() && data.startsWith(plan.deployment().volumes())) {
        String volume = data.getName(data.getNameCount() - 2).toString();
        if (engine.volume(volume).isEmpty()) {
          made.add(volume);
        }
      }
    }
    return new RestoreJournal(
        RestoreJournal.VERSION,
        plan.id(),
        Phase.SWAPPING,
        plan.staged().file().name(),
        plan.staged().file().sha256().hex(),
        engine.containers().stream()
            .anyMatch(c -> c.in(Deployment.PROJECT) && c.state().canWrite()),
        moves,
        made,
        takeover == null ? null : takeover.handover());
  }
}

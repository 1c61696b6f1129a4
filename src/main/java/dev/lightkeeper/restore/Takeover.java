package dev.lightkeeper.restore;

import dev.lightkeeper.handoff.Claiming;
import dev.lightkeeper.handoff.Claiming.ArchiveSeen;
import dev.lightkeeper.handoff.Handoff;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.handoff.HandoffId;
import dev.lightkeeper.handoff.HandoffNotes;
import dev.lightkeeper.handoff.Permission;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.restore.RestoreJournal.Asked;
import dev.lightkeeper.restore.RestoreJournal.Handover;
import dev.lightkeeper.stream.Kept;
import dev.lightkeeper.stream.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes a migration's nodes over: asks, claims, confirms, and uses the offer up or gives it up.
 * Every doubt refuses.
 */
final class Takeover {
  private final Handover handover;
  private final ArchiveSeen seen;
  private final @Nullable String code;
  private final List<Remote> remotes;
  private @Nullable Permission permission;
  private boolean doubtful;

  private Takeover(
      Handover handover, ArchiveSeen seen, @Nullable String code, List<Remote> remotes) {
    this.handover = handover;
    this.seen = seen;
    this.code = code;
    this.remotes = List.copyOf(remotes);
  }

  /** Of the databases of an archive that was staged. */
  static Takeover of(Migrating migrating, LiveDatabases databases, List<Remote> remotes)
      throws RestoreException {
    String code = migrating.code();
    ArchiveSeen seen = code == null ? databases.seen() : databases.carried();
    Handoff carried = seen.carried();
    Map<String, String> hashes = new HashMap<>();
    seen.databases().forEach((path, hash) -> hashes.put(path, hash.hex()));
    return new Takeover(
        new Handover(
            migrating.state().toString(),
            migrating.installation(),
            migrating.host(),
            Objects.requireNonNull(seen.id()).hex(),
            Objects.requireNonNull(seen.key()),
            hashes,
            carried == null ? null : HandoffNotes.text(carried),
            false,
            remotes.stream().map(Asked::of).toList()),
        seen,
        code,
        remotes);
  }

  /** The one that a journal tells of. */
  static Takeover of(RestoreJournal journal, Handover handover, List<Remote> remotes)
      throws IOException {
    Map<String, Sha256> databases = new HashMap<>();
    handover.databases().forEach((path, hash) -> databases.put(path, new Sha256(hash)));
    return new Takeover(
        handover,
        new ArchiveSeen(
            new Sha256(journal.sha256()),
            new HandoffId(handover.offer()),
            handover.key(),
            databases,
            carried(handover)),
        null,
        remotes);
  }

  private static @Nullable Handoff carried(Handover handover) throws IOException {
    String note = handover.carried();
    return note == null ? null : HandoffNotes.offer(note);
  }

  Handover handover() {
    return handover;
  }

  private Claiming claiming() {
    return new Claiming(
        Path.of(handover.state()),
        handover.installation(),
        handover.host(),
        InstantSource.system());
  }

  /**
   * Asks whether the nodes could go live here; claims nothing.
   *
   * @throws RestoreException REFUSED
   */
  void look() throws RestoreException, InterruptedException {
    try {
      insistOnCode();
      var _ = claiming().look(seen, known(), remotes);
    } catch (HandoffException e) {
      throw refused(e);
    }
  }

  /**
   * Claims the offer for this host alone.
   *
   * @throws RestoreException REFUSED: nothing of the host was touched
   */
  void claim() throws RestoreException, InterruptedException {
    // A refusal too may come after it was written: it is looked at once more then.
    doubtful = !remotes.isEmpty();
    try {
      insistOnCode();
      permission = claiming().claim(seen, known(), remotes);
    } catch (HandoffException e) {
      throw refused(e);
    }
  }

  private void insistOnCode() throws HandoffException {
    if (code != null) {
      claiming().insistOn(seen, code);
    }
  }

  /** Whether the claim may be on a remote, also if it failed. */
  boolean doubtful() {
    return doubtful;
  }

  /** Asks once more, right before channel state goes live. */
  void confirm() throws RestoreException, InterruptedException {
    try {
      Objects.requireNonNull(permission, "claimed").confirm();
    } catch (HandoffException e) {
      throw refused(e);
    }
  }

  /** Uses the offer up: once this returns, the nodes may be started, and the archive is old. */
  void spend() throws HandoffException, InterruptedException {
    permission().spend();
  }

  /** The same once a node ran here before it was let. */
  void spendLate() throws HandoffException, InterruptedException {
    permission().spendLate();
  }

  /** Makes this host the one that streams the nodes; returns what did not go well. */
  List<String> announce() throws HandoffException, InterruptedException {
    return permission().announce();
  }

  /** Whether the offer was used up on this host. */
  boolean used() throws RestoreException {
    try {
      return claiming().used(new HandoffId(handover.offer()));
    } catch (HandoffException e) {
      throw refused(e);
    }
  }

  /** Gives the claim up, for good: nothing of it started here. The source may go on then. */
  void abandon() throws HandoffException, InterruptedException {
    if (claiming().begun(new HandoffId(handover.offer()))) {
      permission().abandon();
    }
  }

  private Permission permission() throws HandoffException, InterruptedException {
    Permission held = permission;
    if (held == null) {
      insistAllAsked();
      held = claiming().resume(seen, remotes);
      permission = held;
    }
    return held;
  }

  /** What one alone knows, such as that the source ran again, must not be missed. */
  private void insistAllAsked() throws HandoffException {
    List<Asked> missing = handover.missing(remotes);
    if (!missing.isEmpty()) {
      throw new HandoffException(
          HandoffException.Kind.UNREACHABLE,
          "the handoff was claimed on %s, which this command does not ask"
              .formatted(missing.stream().map(Asked::toString).collect(Collectors.joining(", "))),
          "add it to the configuration, or name its address with --remote");
    }
  }

  /** The newest version of each node that this host ever knew. */
  private Map<NodeName, Long> known() throws RestoreException {
    Map<NodeName, Long> known = new HashMap<>();
    Path nodes = Path.of(handover.state()).resolve("nodes");
    if (!Files.isDirectory(nodes)) {
      return known;
    }
    StateFolder folder = StateFolder.reading(Path.of(handover.state()));
    try (Stream<Path> files = Files.list(nodes)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".json") && NodeName.isValid(name.substring(0, name.length() - 5))) {
          NodeName node = new NodeName(name.substring(0, name.length() - 5));
          Kept good = folder.ledger(node).good();
          if (good != null) {
            known.put(node, good.version().sequence());
          }
        }
      }
      return known;
    } catch (IOException e) {
      throw new RestoreException(
          Kind.REFUSED, "cannot read what this host knows of the nodes: " + e, "run this as root");
    }
  }

  static RestoreException refused(HandoffException e) {
    Kind kind = e.kind() == HandoffException.Kind.UNREACHABLE ? Kind.UNREACHABLE : Kind.REFUSED;
    return new RestoreException(kind, e.what(), e.remedy(), e);
  }

  /** What is said of one whose nodes ran here, and whose offer is refused now. */
  static RestoreException ranAgainst(RestoreJournal journal, String used, HandoffException cause) {
    return new RestoreException(
        Kind.STUCK,
        "a node of the migration of %s ran here before its handoff was used up (%s), and now that is refused: %s"
            .formatted(journal.archive(), used, cause.what()),
        "start it on neither host, and delete nothing: only one of them has its newest channels;"
            + " see what ran where, and since when",
        cause);
  }

  /** What is said of one whose offer may be used up: its journal and what is in place stay. */
  static RestoreException unfinished(RestoreJournal journal, Exception cause) {
    boolean unreachable =
        cause instanceof HandoffException e && e.kind() == HandoffException.Kind.UNREACHABLE;
    return new RestoreException(
        unreachable ? Kind.UNREACHABLE : Kind.STUCK,
        "the migration of %s cannot be finished yet, and this run started nothing: %s"
            .formatted(
                journal.archive(),
                cause instanceof InterruptedException
                    ? "it was interrupted"
                    : String.valueOf(cause.getMessage())),
        unreachable
            ? "start nothing yourself; run this again when every remote that it was claimed on"
                + " answers and is configured, or named with --remote"
            : "start nothing yourself; see to that, then run this again: it goes on from there",
        cause);
  }
}

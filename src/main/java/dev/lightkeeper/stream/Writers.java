package dev.lightkeeper.stream;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.remote.Writer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Notices that another installation streams the same node.
 *
 * <p>Each writer announces itself when it takes a node over. A sign that was not there before - an
 * announcement after ours, a version that we did not write - raises the alert, and the alert ends
 * when no new sign was seen for a while.
 */
final class Writers {
  private final WriterIdentity self;
  private final StreamSettings settings;
  private final Outbox outbox;
  private final StreamClock clock;

  Writers(WriterIdentity self, StreamSettings settings, Outbox outbox, StreamClock clock) {
    this.self = self;
    this.settings = settings;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** After a listing: alerts if need be, and announces this writer unless it is the last one. */
  void reconciled(
      Link link, Holding holding, Event.Reconciled e, boolean foreignVersion, long now) {
    boolean established = holding.everReconciled || !holding.seenWriters.isEmpty();
    @Nullable Writer last = e.writers().isEmpty() ? null : e.writers().getLast();
    boolean ours = last != null && last.id().equals(self.id());
    look(link, holding, e.writers(), established, now);
    if (foreignVersion) {
      sign(link, holding, "versions that it did not write", now);
    }
    if (!ours && !holding.everReconciled) {
      announce(link, holding, e.writers());
    }
  }

  private void announce(Link link, Holding holding, List<Writer> writers) {
    Instant since = clock.wall();
    if (!writers.isEmpty() && !since.isAfter(writers.getLast().since())) {
      since = writers.getLast().since().plusMillis(1);
    }
    outbox.add(new Action.Announce(link.remote, holding.node, link.connection, self.since(since)));
  }

  /** This writer's own announcement is there: from now on any later one is another's. */
  void announced(Holding holding, Writer writer) {
    holding.seenWriters.add(new Ledger.SeenWriter(writer.id(), writer.since()));
  }

  void audited(Link link, Holding holding, List<Writer> writers, long now) {
    look(link, holding, writers, true, now);
  }

  private void look(
      Link link, Holding holding, List<Writer> writers, boolean established, long now) {
    for (Writer writer : writers) {
      boolean stranger =
          holding.seenWriters.stream().noneMatch(seen -> seen.id().equals(writer.id()));
      boolean unseen = holding.seenWriters.add(new Ledger.SeenWriter(writer.id(), writer.since()));
      if (unseen && established && !writer.id().equals(self.id())) {
        sign(link, holding, "host " + writer.host() + " since " + writer.since(), now);
        if (stranger && holding.everReconciled) {
          // Answering a stranger, and only a stranger, tells it of us without end to neither.
          announce(link, holding, writers);
        }
      }
    }
  }

  private void sign(Link link, Holding holding, String evidence, long now) {
    holding.foreign = true;
    holding.foreignSignUntil = now + settings.signLasts();
    outbox.raise(
        Alert.Kind.ANOTHER_WRITER,
        holding.node,
        link.remote,
        "%s: another installation streams this node to %s (%s). Two live copies of one node lose funds: stop one of them now"
            .formatted(holding.node, link.remote, evidence));
  }

  void expire(Link link, Holding holding, long now) {
    if (holding.foreign && now >= holding.foreignSignUntil) {
      holding.foreign = false;
      outbox.clear(Alert.Kind.ANOTHER_WRITER, holding.node, link.remote);
    }
  }
}

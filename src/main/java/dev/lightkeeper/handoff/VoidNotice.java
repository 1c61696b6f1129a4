package dev.lightkeeper.handoff;

import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells remotes that an offer is void.
 *
 * @param host this host's name
 * @param all null while nobody can say which there are
 */
record VoidNotice(String host, @Nullable List<Remote> all) {
  private static final String EVERY = "every remote of the configuration";

  VoidNotice {
    all = all == null ? null : List.copyOf(all);
  }

  List<String> remotes() {
    return all == null ? List.of(EVERY) : all.stream().map(Remote::name).toList();
  }

  /** Tells those that the journal owes it to; returns the ones that could not be told. */
  List<String> tell(LockJournal journal, List<String> problems) throws InterruptedException {
    LockJournal.VoidMark mark = journal.voided();
    if (mark == null || journal.owed().isEmpty() || all == null) {
      return journal.owed();
    }
    boolean every = journal.owed().contains(EVERY);
    List<String> owed = new ArrayList<>();
    for (Remote remote : all) {
      if (!every && !journal.owed().contains(remote.name())) {
        continue;
      }
      try (RemoteSession session = remote.connect()) {
        Handoff offer = HandoffNotes.offer(journal.offer());
        for (OfferedNode node : offer.nodes()) {
          // Not kept means that there is a void note already: any one will do.
          var _ =
              session.keepOnce(
                  node.name(),
                  HandoffNotes.write(
                      new HandoffEvent.Voided(offer.id(), mark.reason(), host, mark.at())));
        }
      } catch (RemoteException e) {
        owed.add(remote.name());
        problems.add(remote.name() + " cannot be told yet that the offer is void: " + e.what());
      } catch (IOException e) {
        owed.add(remote.name());
        problems.add("the offer in the journal cannot be read: " + e);
      }
    }
    return owed;
  }
}

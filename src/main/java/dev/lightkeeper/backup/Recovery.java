package dev.lightkeeper.backup;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Resume;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.handoff.Register;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Ends what a backup that died began: services come up again, unless their nodes are offered to
 * another host by now.
 *
 * @param state the state folder
 * @param host this host's name
 */
public record Recovery(Path state, String host, OfferOrder offer, BackupWatcher watcher) {
  /**
   * Does it.
   *
   * @return whether there was anything to be done
   */
  public boolean run() throws DeploymentException, HandoffException, InterruptedException {
    Optional<Resume> left = Resume.pending(state);
    if (left.isEmpty()) {
      return false;
    }
    switch (Register.standing(state)) {
      case STANDING -> {
        watcher.note("The nodes of this host are offered to another one: the stack stays down");
        left.get().leaveDown();
      }
      case HALF_MADE -> {
        watcher.note("A migration died before its offer was whole: taking it back");
        NodeOffer.takeBack(state, host, offer.remotes(), watcher);
        start(left.get());
      }
      case NONE, VOID -> start(left.get());
    }
    return true;
  }

  private void start(Resume left) throws DeploymentException {
    watcher.note("An earlier backup left services down: starting them");
    left.run();
  }
}

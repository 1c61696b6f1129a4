package dev.lightkeeper.deployment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is about to be stopped, written down before it is.
 *
 * @param version of this format: 1
 * @param id of this one quiesce
 * @param createdAt ISO 8601, UTC
 * @param dockerHost the Engine's socket
 * @param profile BTCPay's profile script, from which compose's files and variables are read again
 * @param stopTimeoutSeconds how long a container has to stop before it is killed
 * @param owner the process that is responsible for bringing everything back, while it lives
 * @param targets the containers stopped or paused one by one
 * @param stack what ran of the stack, if all of it is taken down; null otherwise
 */
record Journal(
    int version,
    String id,
    String createdAt,
    String dockerHost,
    String profile,
    long stopTimeoutSeconds,
    ProcessIdentity owner,
    List<Target> targets,
    @Nullable Stack stack) {
  static final int VERSION = 1;

  /** What is done to one container. */
  enum Measure {
    STOP,
    PAUSE
  }

  /**
   * One container.
   *
   * @param project null if compose did not make it
   * @param startedAt as the Engine spelled it; another one means that it ran anew since
   * @param restarting whether Docker was just restarting it: then it may never come to run
   */
  record Target(
      String id,
      String name,
      @Nullable String project,
      @Nullable String service,
      Measure measure,
      String startedAt,
      boolean restarting) {}

  /**
   * The services of the compose project.
   *
   * @param running those with a running container
   * @param stopped those whose containers did not run, and are not to be started
   */
  record Stack(List<String> running, List<String> stopped) {
    Stack {
      running = List.copyOf(running);
      stopped = List.copyOf(stopped);
    }
  }

  Journal {
    if (version != VERSION) {
      throw new IllegalArgumentException("it is of version " + version + ", not " + VERSION);
    }
    targets = List.copyOf(targets);
  }

  Journal ownedBy(ProcessIdentity process) {
    return new Journal(
        version, id, createdAt, dockerHost, profile, stopTimeoutSeconds, process, targets, stack);
  }
}

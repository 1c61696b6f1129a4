package dev.lightkeeper.deployment;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container of this host, as the Docker Engine described it at one moment.
 *
 * @param name without the leading slash
 * @param compose what compose wrote on it; null if compose did not make it
 * @param startedAt when its process last started, as the Engine spells it
 * @param restartPolicy such as {@code unless-stopped}; empty if there is none
 * @param restartRetries of {@code on-failure}; 0 otherwise
 * @param removedWhenStopped whether it was made with {@code --rm}
 */
public record HostContainer(
    String id,
    String name,
    @Nullable ComposeLabels compose,
    State state,
    String startedAt,
    String restartPolicy,
    int restartRetries,
    boolean removedWhenStopped,
    List<Mount> mounts) {
  /** What the Engine calls a container's status. */
  public enum State {
    CREATED,
    RUNNING,
    PAUSED,
    RESTARTING,
    REMOVING,
    EXITED,
    DEAD;

    /** Whether it has, or is about to have, a process that can write. */
    public boolean canWrite() {
      return this == RUNNING || this == RESTARTING;
    }
  }

  /**
   * A folder or file of this host in the container.
   *
   * @param source on this host; null for one that is only in memory
   */
  public record Mount(@Nullable Path source, boolean writable) {
    /** Whether something written through it can appear below {@code folder}. */
    boolean reaches(Path folder) {
      return writable && source != null && (source.startsWith(folder) || folder.startsWith(source));
    }
  }

  /**
   * The labels {@code com.docker.compose.*}.
   *
   * @param oneOff made by {@code docker-compose run}
   */
  public record ComposeLabels(String project, String service, boolean oneOff) {}

  public HostContainer {
    mounts = List.copyOf(mounts);
  }

  /** Whether it is this service of this compose project. */
  public boolean is(String project, String service) {
    return compose != null
        && !compose.oneOff()
        && compose.project().equals(project)
        && compose.service().equals(service);
  }

  /** Whether something it writes can appear below {@code folder}. */
  public boolean canWriteTo(Path folder) {
    return mounts.stream().anyMatch(m -> m.reaches(folder));
  }

  /** Whether it belongs to this compose project. */
  public boolean in(String project) {
    return compose != null && compose.project().equals(project);
  }
}

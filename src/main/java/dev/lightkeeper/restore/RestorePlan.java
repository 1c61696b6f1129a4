package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.Deployment;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a restore is going to do; everything it needs is staged and checked.
 *
 * @param id its time, the name of its folder
 * @param movedAside folders whose present content is kept, and where
 * @param staying folders that stay as they are, such as the block chain's
 * @param live what goes live in a migration; null if channel state stays aside
 * @param nodes with the channel backup that each will get
 * @param notes what a person should know
 * @param complete whether every remote could be asked for newer channel backups
 * @param free bytes on the volumes' disk, with all staged
 */
public record RestorePlan(
    String id,
    Deployment deployment,
    Staged staged,
    List<Aside> movedAside,
    List<Path> staying,
    @Nullable Live live,
    List<NodeBackup> nodes,
    List<String> notes,
    boolean complete,
    long free) {
  public RestorePlan {
    movedAside = List.copyOf(movedAside);
    staying = List.copyOf(staying);
    nodes = List.copyOf(nodes);
    notes = List.copyOf(notes);
  }

  /**
   * Nodes that go on with their channels.
   *
   * @param offer the id of their handoff
   * @param nodes their names, as on the source
   * @param databases the withheld files that are put in place
   * @param others channel state that stays aside all the same
   */
  public record Live(
      String offer, List<String> nodes, List<Withheld> databases, List<Withheld> others) {
    public Live {
      nodes = List.copyOf(nodes);
      databases = List.copyOf(databases);
      others = List.copyOf(others);
    }
  }

  /** What is there now, and where it goes. */
  public record Aside(Path from, Path to) {}
}

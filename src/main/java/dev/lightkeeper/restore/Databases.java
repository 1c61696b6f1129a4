package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.DatabaseLoad;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.RunningDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Loads dumps into new, empty clusters: the data of those before was moved aside, so that undoing
 * it is one rename, whatever a load had done.
 */
final class Databases {
  private static final Duration TO_SETTLE = Duration.ofSeconds(60);

  private final Engine engine;
  private final Deployment deployment;

  /**
   * @param deployment as it is with everything down
   */
  Databases(Engine engine, Deployment deployment) {
    this.engine = engine;
    this.deployment = deployment;
  }

  /**
   * Starts each database alone and loads its dump; an error is fatal. They are left running: the
   * rest of the stack is started next.
   */
  void load(Map<DatabaseKind, Path> dumps)
      throws DeploymentException, IOException, InterruptedException {
    for (Map.Entry<DatabaseKind, Path> dump : dumps.entrySet()) {
      DatabaseKind kind = dump.getKey();
      try (RunningDatabase database = RunningDatabase.ensure(engine, deployment, kind)) {
        database.awaitSettled(TO_SETTLE);
        load(kind, dump.getValue(), new DatabaseLoad(engine, kind, database.container()));
        database.leaveRunning();
      }
    }
  }

  /** Feeds one dump to a new database, made fit for it. */
  static void load(DatabaseKind kind, Path dump, DatabaseLoad load)
      throws DeploymentException, IOException, InterruptedException {
    try (InputStream sql = new GZIPInputStream(Files.newInputStream(dump), 1 << 16)) {
      load.readFrom(kind == DatabaseKind.POSTGRES ? new ClusterStatements(sql) : sql);
    }
  }
}

package dev.lightkeeper.backup;

import dev.lightkeeper.archive.ArchiveDraft;
import dev.lightkeeper.archive.Dump;
import dev.lightkeeper.archive.DumpStream;
import dev.lightkeeper.deployment.DatabaseDump;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.RunningDatabase;
import java.io.IOException;
import java.util.List;

/** Dumps every database of the deployment into a draft. */
final class Dumps {
  private final Engine engine;
  private final Deployment deployment;

  Dumps(Engine engine, Deployment deployment) {
    this.engine = engine;
    this.deployment = deployment;
  }

  /** Starts databases that do not run, and leaves them as they were. */
  void into(ArchiveDraft draft) throws DeploymentException, IOException, InterruptedException {
    List<DatabaseKind> kinds = RunningDatabase.kinds(engine, deployment);
    if (!kinds.contains(DatabaseKind.POSTGRES)) {
      throw new DeploymentException(
          DeploymentException.Kind.NO_DEPLOYMENT,
          "the deployment has no postgres, neither a container nor a volume",
          "start BTCPay Server once: btcpay-up.sh");
    }
    for (DatabaseKind kind : kinds) {
      try (RunningDatabase database = RunningDatabase.ensure(engine, deployment, kind);
          DumpStream out = draft.dump(entry(kind))) {
        long _ = new DatabaseDump(engine, kind, database.container()).writeTo(out);
        out.complete();
      }
    }
  }

  private static Dump entry(DatabaseKind kind) {
    return switch (kind) {
      case POSTGRES -> Dump.POSTGRES;
      case MARIADB -> Dump.MARIADB;
    };
  }
}

package dev.lightkeeper.survival;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An installation in a process of its own, which can be killed at any moment. */
final class ChildDaemon implements AutoCloseable {
  private final Process process;

  private ChildDaemon(Process process) {
    this.process = process;
  }

  static ChildDaemon start(Path state, Path file, SftpTarget target, Path log) throws IOException {
    return new ChildDaemon(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ChildDaemon.class.getName(),
                state.toString(),
                file.toString(),
                target.user(),
                Integer.toString(target.port()),
                target.path(),
                target.key().toString(),
                target.knownHosts().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log.toString())))
            .start());
  }

  /** Runs until it is killed. */
  public static void main(String[] args) throws Exception {
    SftpTarget target =
        new SftpTarget(
            args[2],
            "127.0.0.1",
            Integer.parseInt(args[3]),
            args[4],
            Path.of(args[5]),
            Path.of(args[6]),
            null);
    try (Installation installation =
        new Installation(
            Path.of(args[0]),
            new Node(Rig.NODE, NodeKind.LND, Path.of(args[1])),
            List.of(new SftpRemote(Rig.OFFSITE, target)))) {
      installation.start();
      new CountDownLatch(1).await();
    }
  }

  boolean running() {
    return process.isAlive();
  }

  /** As {@code kill -9}. */
  @Override
  public void close() {
    var _ = process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}

package dev.lightkeeper.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Archives a Docker root and prints how long each step took and the most memory it had. */
final class ArchiveTrial {
  private ArchiveTrial() {}

  /**
   * Arguments: Docker's root, a folder for work and archive, a passphrase or "-", and what a shell
   * is to change between the passes.
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(arguments[1]), "trial");
    Passphrase passphrase =
        arguments.length > 2 && !arguments[2].equals("-")
            ? Passphrase.of(arguments[2].toCharArray())
            : null;
    ArchiveSources sources =
        new ArchiveSources(Path.of(arguments[0]), null, new BtcpayLayout(ArchiveMode.BACKUP));
    SealedArchive sealed;
    try (ArchiveDraft draft = ArchiveDraft.open(folder.resolve("work"), sources)) {
      Thread dumping = Thread.ofPlatform().start(() -> dump(draft));
      PassReport first = draft.pass(ArchiveProgress.NONE);
      dumping.join();
      say("first pass", first.took(), first.bytes());
      if (arguments.length > 3) {
        int _ = new ProcessBuilder("bash", "-c", arguments[3]).inheritIO().start().waitFor();
      }
      PassReport again = draft.pass(ArchiveProgress.NONE);
      say("catching up, " + again.filesRead() + " read", again.took(), again.bytesRead());
      if (arguments.length > 3) {
        int _ = new ProcessBuilder("bash", "-c", arguments[3]).inheritIO().start().waitFor();
      }
      PassReport last = draft.finalPass(ArchiveProgress.NONE);
      say("final pass, " + last.filesRead() + " read", last.took(), last.bytesRead());
      long begin = System.nanoTime();
      ManifestHead head =
          new ManifestHead("trial", Instant.now(), ArchiveMode.BACKUP, "host", Map.of());
      sealed =
          draft.seal(
              new SealOrder(folder.resolve("backup"), head, passphrase), ArchiveProgress.NONE);
      say("seal", Duration.ofNanos(System.nanoTime() - begin), sealed.file().size());
    }
    long begin = System.nanoTime();
    VerifiedArchive verified = ArchiveVerifier.of(sealed, passphrase).verify(ArchiveProgress.NONE);
    say("verify", Duration.ofNanos(System.nanoTime() - begin), verified.bytes());
    System.out.println(verified.entries() + " entries; " + peak());
    sealed.discard();
    Files.delete(folder);
  }

  /** As large as the databases of a busy shop. */
  private static void dump(ArchiveDraft draft) {
    try (DumpStream dump = draft.dump(Dump.POSTGRES)) {
      for (int row = 0; dump.bytes() < 300_000_000; row++) {
        dump.write("%d\tinvoice %x of a shop\n".formatted(row, row * 31L).getBytes(UTF_8));
      }
      dump.complete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void say(String step, Duration took, long bytes) {
    System.out.printf(
        "%-24s %6d ms, processors %6d ms so far, %d bytes%n",
        step,
        took.toMillis(),
        ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis(),
        bytes);
  }

  private static List<String> peak() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.filter(l -> l.startsWith("VmHWM")).toList();
    }
  }
}

package dev.lightkeeper.handoff;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A destination in a process of its own, which claims an offer when it is told to. */
final class ChildClaim implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final PrintStream orders;

  private ChildClaim(Process process) {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
    this.orders = new PrintStream(process.getOutputStream(), true, UTF_8);
  }

  static ChildClaim start(Path state, char digit, SftpTarget target, Path log) throws IOException {
    return new ChildClaim(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ChildClaim.class.getName(),
                state.toString(),
                String.valueOf(digit),
                target.user(),
                Integer.toString(target.port()),
                target.key().toString(),
                target.knownHosts().toString())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start());
  }

  /** For every line "folder, text of the offer in one line": claims, and says how it went. */
  public static void main(String[] args) throws Exception {
    Claiming me = Site.destination(Path.of(args[0]), args[1].charAt(0));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int blank = line.indexOf(' ');
      SftpTarget target =
          new SftpTarget(
              args[2],
              "127.0.0.1",
              Integer.parseInt(args[3]),
              line.substring(0, blank),
              Path.of(args[4]),
              Path.of(args[5]),
              null);
      List<Remote> remotes = List.of(new SftpRemote("offsite", target));
      Handoff offer = HandoffNotes.offer(line.substring(blank + 1));
      try {
        me.claim(Site.archive(offer), Map.of(), remotes).confirm();
        out.println("won");
      } catch (HandoffException e) {
        out.println("lost: " + e.kind() + ": " + e.what());
      }
    }
  }

  void order(String folder, Handoff offer) {
    orders.println(folder + " " + HandoffNotes.text(offer).replace("\n", " "));
  }

  String answer() throws IOException {
    return String.valueOf(answers.readLine());
  }

  @Override
  public void close() {
    orders.close();
    process.destroyForcibly();
  }
}

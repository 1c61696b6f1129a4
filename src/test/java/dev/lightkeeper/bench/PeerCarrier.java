package dev.lightkeeper.bench;

import dev.lightkeeper.remote.sftp.SftpTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A {@link Peer}'s shell loop, running. */
final class PeerCarrier implements Carrier {
  private final Peer peer;
  private final Process loop;
  private final BufferedReader output;
  private final Path arrived;

  private PeerCarrier(Peer peer, Process loop, Path arrived) {
    this.peer = peer;
    this.loop = loop;
    this.output = loop.inputReader(StandardCharsets.UTF_8);
    this.arrived = arrived;
  }

  /** Starts the loop on {@code file}, and returns when it watches. */
  static PeerCarrier start(Peer peer, Path file, SftpTarget target, Path scratch)
      throws IOException {
    ProcessBuilder bash = new ProcessBuilder("bash", "-c", peer.script()).redirectErrorStream(true);
    bash.environment().putAll(environment(file, target, scratch));
    PeerCarrier carrier =
        new PeerCarrier(peer, bash.start(), Path.of(target.path(), "channel.backup"));
    carrier.await(Peer.READY);
    return carrier;
  }

  private static Map<String, String> environment(Path file, SftpTarget target, Path scratch) {
    return Map.ofEntries(
        Map.entry("FILE", file.toString()),
        Map.entry("WATCHED", String.valueOf(file.getParent())),
        Map.entry("ACCOUNT", target.user() + "@" + target.host()),
        Map.entry("PORT", Integer.toString(target.port())),
        Map.entry("KEY", target.key().toString()),
        Map.entry("KNOWN_HOSTS", target.knownHosts().toString()),
        Map.entry("TARGET", target.path()),
        Map.entry("SCRATCH", scratch.toString()),
        Map.entry("RCLONE_CONFIG", scratch.resolve("rclone.conf").toString()),
        Map.entry("RCLONE_CONFIG_OFFSITE_TYPE", "sftp"),
        Map.entry("RCLONE_CONFIG_OFFSITE_HOST", target.host()),
        Map.entry("RCLONE_CONFIG_OFFSITE_PORT", Integer.toString(target.port())),
        Map.entry("RCLONE_CONFIG_OFFSITE_USER", target.user()),
        Map.entry("RCLONE_CONFIG_OFFSITE_KEY_FILE", target.key().toString()),
        Map.entry("RCLONE_CONFIG_OFFSITE_KNOWN_HOSTS_FILE", target.knownHosts().toString()));
  }

  @Override
  public String name() {
    return peer.toString();
  }

  @Override
  public long arrival(byte[] content) throws IOException {
    await(Peer.COPIED);
    long at = System.nanoTime();
    if (!Arrays.equals(Files.readAllBytes(arrived), content)) {
      throw new IOException(peer + " reported success, and " + arrived + " is another content");
    }
    return at;
  }

  private void await(String wanted) throws IOException {
    List<String> said = new ArrayList<>();
    for (String line; (line = output.readLine()) != null; ) {
      if (line.equals(wanted)) {
        return;
      }
      said.add(line);
      if (line.equals(Peer.FAILED)) {
        break;
      }
    }
    throw new IOException(peer + " does not work:\n" + String.join("\n", said));
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> children;
    try (Stream<ProcessHandle> descendants = loop.descendants()) {
      children = descendants.toList();
    }
    loop.destroy();
    children.forEach(ProcessHandle::destroy);
    output.close();
  }
}

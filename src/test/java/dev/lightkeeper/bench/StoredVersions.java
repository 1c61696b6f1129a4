package dev.lightkeeper.bench;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One node's versions as they are on the server's own disk, whatever anybody reports. */
record StoredVersions(Path folder) {
  static StoredVersions of(SftpTarget target, NodeName node) {
    return new StoredVersions(Path.of(target.path(), node.value(), "versions"));
  }

  /**
   * How many there are.
   *
   * @throws IOException if one of them does not hold what its name says
   */
  int count() throws IOException {
    List<Path> files = files();
    for (Path file : files) {
      mustBeWhole(file);
    }
    return files.size();
  }

  /**
   * @throws IOException if no whole version has this content
   */
  void mustHold(Sha256 hash) throws IOException {
    for (Path file : files()) {
      if (file.toString().contains(hash.hex())) {
        mustBeWhole(file);
        return;
      }
    }
    throw new IOException("acknowledged, and not in " + folder + ": " + hash);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> parse(file).isPresent()).toList();
    }
  }

  private static void mustBeWhole(Path file) throws IOException {
    Sha256 named = parse(file).orElseThrow().hash();
    if (!Sha256.of(Files.readAllBytes(file)).equals(named)) {
      throw new IOException("not what its name says: " + file);
    }
  }

  private static Optional<Version> parse(Path file) {
    return Version.parse(file.getFileName().toString());
  }
}

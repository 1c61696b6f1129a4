package dev.lightkeeper.survival;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One node's folder on a remote, read straight from that server's disk. */
final class RemoteFolder {
  private final Path folder;
  private final TreeSet<Version> seen = new TreeSet<>();

  RemoteFolder(Path root, NodeName node) {
    this.folder = root.resolve(node.value());
  }

  /** The files whose content matches the hash in their name, oldest first. */
  List<Version> versionsOnDisk() {
    List<Version> valid = new ArrayList<>();
    for (Path file : files(folder.resolve("versions"))) {
      Version.parse(file.getFileName().toString())
          .filter(version -> matches(file, version))
          .ifPresent(valid::add);
    }
    valid.sort(null);
    seen.addAll(valid);
    return valid;
  }

  /** Every version that was ever found valid by {@link #versionsOnDisk}. */
  List<Version> everSeen() {
    return List.copyOf(seen);
  }

  /** Removes a version as a careless person would; it is not expected to be there any more. */
  void remove(Version version) throws IOException {
    Files.delete(file(version));
    seen.remove(version);
  }

  /** The whole tree was removed on purpose: nothing is expected to be there any more. */
  void forgetAll() {
    seen.clear();
  }

  Path file(Version version) {
    return folder.resolve("versions").resolve(version.fileName());
  }

  /** The copy that people fetch. */
  Path convenienceCopy() {
    return folder.resolve(Version.FILE);
  }

  /** Every file below the folder, with its content's hash. */
  Map<Path, Sha256> everything() {
    Map<Path, Sha256> all = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        all.put(folder.relativize(file), Sha256.of(Files.readAllBytes(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static boolean matches(Path file, Version version) {
    try {
      return Sha256.of(Files.readAllBytes(file)).equals(version.hash());
    } catch (NoSuchFileException e) {
      return false; // a torn file was removed meanwhile
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.lightkeeper.deployment;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folders in which BTCPay Server's containers keep their data: the volumes of the compose
 * project {@code generated}.
 *
 * @param folders absolute; each is one volume's content or one bind mount
 * @param notes how they were found, and what could not be asked, for a person
 */
public record BtcpayVolumes(List<Path> folders, List<String> notes) {
  private static final String USUAL_FOLDER = "var/lib/docker/volumes";

  public BtcpayVolumes {
    folders = List.copyOf(folders);
    notes = List.copyOf(notes);
  }

  /** Asks the Docker Engine; where that does not answer, looks into its usual folder. */
  public static BtcpayVolumes find() {
    List<String> notes = new ArrayList<>();
    Optional<DockerMounts> docker = DockerMounts.ask(notes);
    Path usual = Path.of("/").resolve(USUAL_FOLDER);
    Set<Path> folders = new LinkedHashSet<>();
    Path volumes = docker.flatMap(DockerMounts::volumesFolder).orElse(usual);
    folders.addAll(in(volumes, notes));
    docker.ifPresent(d -> folders.addAll(d.mounts()));
    return new BtcpayVolumes(List.copyOf(folders), notes);
  }

  /**
   * Looks into the usual folder only.
   *
   * @param root the file system's root; a test's own tree otherwise
   */
  public static BtcpayVolumes under(Path root) {
    List<String> notes = new ArrayList<>();
    List<Path> folders = in(root.resolve(USUAL_FOLDER), notes);
    return new BtcpayVolumes(folders, notes);
  }

  private static List<Path> in(Path volumes, List<String> notes) {
    List<Path> folders = new ArrayList<>();
    if (Files.notExists(volumes)) {
      return folders;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(volumes, "generated_*")) {
      entries.forEach(volume -> folders.add(volume.resolve("_data")));
    } catch (AccessDeniedException e) {
      notes.add("may not look into " + volumes + ": run this as root to find nodes there");
    } catch (DirectoryIteratorException | IOException e) {
      notes.add("cannot look into " + volumes + ": " + e.getMessage());
    }
    folders.sort(null);
    return folders;
  }
}

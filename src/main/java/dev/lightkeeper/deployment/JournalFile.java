package dev.lightkeeper.deployment;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lightkeeper.deployment.DeploymentException.Kind;
import dev.lightkeeper.files.PrivateFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** {@code quiesce.json} in the state folder: there exactly while something may be stopped. */
final class JournalFile {
  private static final String NAME = "quiesce.json";

  private final JsonMapper json =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();
  private final Path file;

  JournalFile(Path state) {
    this.file = state.resolve(NAME);
  }

  Path path() {
    return file;
  }

  Optional<Journal> read() throws DeploymentException {
    try {
      return Optional.of(json.readValue(Files.readString(file), Journal.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw new DeploymentException(
          Kind.JOURNAL,
          "cannot read " + file + ", which says what was stopped: " + e.getMessage(),
          "start what is down (docker ps -a; btcpay-up.sh), then delete it",
          e);
    }
  }

  /** Puts it on disk, atomically, with mode 0600. */
  void write(Journal journal) throws DeploymentException {
    try {
      Files.createDirectories(
          folder(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      PrivateFile.replace(file, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(journal));
      syncFolder();
    } catch (IOException e) {
      throw new DeploymentException(
          Kind.JOURNAL,
          "cannot write " + file + ", without which nothing is stopped: " + e.getMessage(),
          "make room on its disk, or let this user write there",
          e);
    }
  }

  void delete() throws DeploymentException {
    try {
      Files.deleteIfExists(file);
      syncFolder();
    } catch (IOException e) {
      throw new DeploymentException(
          Kind.JOURNAL,
          "everything is up again, but " + file + " cannot be deleted: " + e.getMessage(),
          "delete it",
          e);
    }
  }

  private Path folder() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is in no folder");
    }
    return folder;
  }

  private void syncFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder(), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}

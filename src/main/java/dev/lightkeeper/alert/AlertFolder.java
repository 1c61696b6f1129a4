package dev.lightkeeper.alert;

import com.fasterxml.jackson.core.JacksonException;
import dev.lightkeeper.files.FolderOwner;
import dev.lightkeeper.health.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code alerts} in the state folder, by which processes of different users work together: {@code
 * new/} what has to be told, a file each; {@code queues/} what each channel still has to deliver;
 * {@code announced.json} which alerts were told. Nothing in it is fsynced: after a power cut what
 * is still wrong is told again.
 */
public final class AlertFolder {
  private static final Logger LOG = LoggerFactory.getLogger(AlertFolder.class);
  private static final int MOST_NEW = 500;

  private final Path folder;

  /** The folder in the state folder {@code state}. */
  public AlertFolder(Path state) {
    this.folder = state.resolve("alerts");
  }

  /** Where the lock of who delivers lies; made if it is not there. */
  public Path path() throws IOException {
    return made(folder);
  }

  /** Puts {@code notice} where the next delivery takes it up. */
  public void post(Notice notice) throws IOException {
    Path box = made(made(folder).resolve("new"));
    // Names sort by time; what is far too much is not kept.
    try (Stream<Path> there = Files.list(box)) {
      if (there.count() >= MOST_NEW) {
        LOG.warn("{} is full: not kept: {}", box, notice.title());
        return;
      }
    }
    write(
        box.resolve("%019d-%s.json".formatted(notice.at().toEpochMilli(), UUID.randomUUID())),
        notice);
  }

  /** Whether something waits to be taken up. */
  public boolean hasNew() throws IOException {
    return !posts().isEmpty();
  }

  /** What was posted and not taken up yet, the oldest first. */
  List<Path> posts() throws IOException {
    try (Stream<Path> posts = Files.list(folder.resolve("new"))) {
      return posts.filter(p -> p.toString().endsWith(".json")).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** A posted notice; empty if the file is none, which then is removed. */
  Optional<Notice> open(Path post) throws IOException {
    Optional<Notice> notice = read(post, Notice.class);
    if (notice.isEmpty()) {
      Files.deleteIfExists(post);
    }
    return notice;
  }

  /** What the channel {@code name} still has to deliver. */
  public ChannelQueue.Saved queue(String name) throws IOException {
    return read(folder.resolve("queues").resolve(name + ".json"), ChannelQueue.Saved.class)
        .orElse(ChannelQueue.Saved.EMPTY);
  }

  void save(String name, ChannelQueue.Saved queue) throws IOException {
    write(made(made(folder).resolve("queues")).resolve(name + ".json"), queue);
  }

  List<Announcer.Announced> announced() throws IOException {
    return read(folder.resolve("announced.json"), AnnouncedList.class)
        .map(AnnouncedList::announced)
        .orElse(List.of());
  }

  void saveAnnounced(List<Announcer.Announced> announced) throws IOException {
    write(made(folder).resolve("announced.json"), new AnnouncedList(announced));
  }

  private record AnnouncedList(List<Announcer.Announced> announced) {
    AnnouncedList {
      announced = announced == null ? List.of() : new ArrayList<>(announced);
    }
  }

  /** Empty if it is not there, or holds something else: then it is as if it never was. */
  private static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
    try {
      return Optional.of(Json.parse(Files.readString(file), type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JacksonException e) {
      LOG.warn("{} is damaged and begun anew", file);
      return Optional.empty();
    }
  }

  private static void write(Path file, Object value) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      Files.writeString(part, Json.print(value) + "\n");
      FolderOwner.give(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static Path made(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      FolderOwner.give(folder);
    }
    return folder;
  }
}

package dev.lightkeeper.setup;

import dev.lightkeeper.config.Config.NodeSection;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.scb.BackupFormat;
import dev.lightkeeper.scb.BackupKey;
import dev.lightkeeper.scb.Opening;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one reading of a configured node's file found.
 *
 * @param size in bytes; null if it was not read
 * @param remedy what to do next; null if nothing
 */
public record NodeCheck(
    String node,
    String kind,
    Path file,
    Verdict verdict,
    @Nullable Integer size,
    String message,
    @Nullable String remedy) {

  /** Reads the file once, without a key. */
  public static NodeCheck of(NodeSection section) {
    return of(section, null);
  }

  /** Reads the file once, and opens it if there is a key. */
  public static NodeCheck of(NodeSection section, @Nullable BackupKey key) {
    Path file = section.file();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(ChannelBackup.MAX_SIZE + 1);
      return content.length > ChannelBackup.MAX_SIZE
          ? tooLarge(section)
          : opened(read(section, content.length), section, ChannelBackup.of(content), key);
    } catch (NoSuchFileException e) {
      return absent(section);
    } catch (AccessDeniedException e) {
      return failed(
          section,
          "may not be read by " + System.getProperty("user.name"),
          "Run lightkeeper as root or as the node's user, or let this user read " + file);
    } catch (IOException e) {
      return failed(
          section, "cannot be read: " + e.getMessage(), "Check that it is a regular file");
    }
  }

  private static NodeCheck read(NodeSection section, int size) {
    boolean empty = kind(section).holdsNoChannel(size);
    return new NodeCheck(
        section.name(),
        section.kind(),
        section.file(),
        empty ? Verdict.WARNING : Verdict.OK,
        size,
        size + " bytes" + (empty ? "; it holds no channel" : ""),
        empty ? "Nothing, if this node has no channels yet" : null);
  }

  private static NodeCheck opened(
      NodeCheck read, NodeSection section, ChannelBackup backup, @Nullable BackupKey key) {
    return switch (BackupFormat.open(kind(section), backup, key)) {
      case Opening.NotTried _ when kind(section) == NodeKind.FILE -> read;
      case Opening.NotTried _ ->
          read.with(read.verdict(), "not opened: there is no key of it", read.remedy());
      case Opening.Opened o ->
          read.with(
              o.note() == null ? read.verdict() : Verdict.WARNING,
              "opens with its key: %s%s"
                  .formatted(
                      o.count() == null ? "channels not counted" : channels(o.count()),
                      o.note() == null ? "" : "; " + o.note()),
              read.remedy());
      case Opening.NotOpened n ->
          read.with(
              Verdict.FAILED,
              "not opened: " + n.why(),
              "If the key is right, the file is damaged or another node's; the key is had anew with"
                  + " 'lightkeeper key %s --force'".formatted(section.name()));
    };
  }

  private static String channels(int count) {
    return count + (count == 1 ? " channel" : " channels");
  }

  private NodeCheck with(Verdict verdict, String more, @Nullable String remedy) {
    return new NodeCheck(node, kind, file, verdict, size, message + "; " + more, remedy);
  }

  private static NodeCheck absent(NodeSection section) {
    Path missing = section.file();
    for (Path up = missing; up != null && Files.notExists(up); up = up.getParent()) {
      missing = up;
    }
    return new NodeCheck(
        section.name(),
        section.kind(),
        section.file(),
        Verdict.WARNING,
        null,
        missing.equals(section.file()) ? "does not exist yet" : "there is no " + missing,
        "It will be waited for; if the node is running, correct file = in the configuration");
  }

  private static NodeCheck tooLarge(NodeSection section) {
    return failed(
        section,
        "is larger than %d MiB".formatted(ChannelBackup.MAX_SIZE >> 20),
        "Check that it is a channel backup");
  }

  private static NodeCheck failed(NodeSection section, String message, String remedy) {
    return new NodeCheck(
        section.name(), section.kind(), section.file(), Verdict.FAILED, null, message, remedy);
  }

  private static NodeKind kind(NodeSection section) {
    return Arrays.stream(NodeKind.values())
        .filter(k -> k.id().equals(section.kind()))
        .findFirst()
        .orElse(NodeKind.FILE);
  }
}

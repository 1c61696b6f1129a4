package dev.lightkeeper.remote.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Notes which segments of a transfer are through, so that another process can continue: a line that
 * says what is transferred, a line with the unfinished file's name, and a line a segment. Lines are
 * durable when their method returns; a torn one at the end is passed over. Thread-safe.
 */
final class ProgressFile implements AutoCloseable {
  private static final String THROUGH = " through"; // tells a whole line from a torn number

  private final Path file;
  private final String subject;
  private final FileChannel channel;
  private final Set<Integer> segments = new TreeSet<>();
  private final @Nullable String abandoned;
  private String part;
  private boolean fresh;

  /**
   * Opens what an earlier process noted, or starts anew.
   *
   * @param subject one line that says what goes where; notes about another subject are dropped
   * @param freshPart the unfinished file's name if it starts anew
   */
  ProgressFile(Path file, String subject, String freshPart) throws IOException {
    this.file = file;
    this.subject = subject;
    List<String> lines = lines(file);
    @Nullable String noted = lines.size() < 2 ? null : lines.get(1);
    boolean same = noted != null && lines.getFirst().equals(subject);
    this.part = same && noted != null ? noted : freshPart;
    this.fresh = !same;
    this.abandoned = same ? null : noted;
    if (same) {
      lines.stream()
          .skip(2)
          .filter(line -> line.matches("\\d{1,9}" + THROUGH))
          .map(line -> Integer.valueOf(line.substring(0, line.indexOf(' '))))
          .forEach(segments::add);
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    rewrite();
  }

  /** The unfinished file's name. */
  synchronized String part() {
    return part;
  }

  /** Whether the unfinished file was never heard of before: true the first time it is asked. */
  synchronized boolean takeFresh() {
    boolean was = fresh;
    fresh = false;
    return was;
  }

  /** The unfinished file of another subject, which nobody will continue; null if there is none. */
  @Nullable String abandoned() {
    return abandoned;
  }

  /** The segments that are through. */
  synchronized Set<Integer> segments() {
    return Set.copyOf(segments);
  }

  /** Notes that a segment is through. */
  synchronized void add(Segment segment) throws IOException {
    if (segments.add(segment.index())) {
      write(segment.index() + THROUGH + "\n");
      channel.force(false);
    }
  }

  /** Notes that a segment is not through after all. */
  synchronized void remove(Segment segment) throws IOException {
    if (segments.remove(segment.index())) {
      rewrite();
    }
  }

  /** Forgets all segments; the unfinished file is another one from now on. */
  synchronized void startAnew(String freshPart) throws IOException {
    part = freshPart;
    segments.clear();
    rewrite();
  }

  /** Removes the notes: the transfer is done. */
  synchronized void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  private void rewrite() throws IOException {
    channel.truncate(0);
    channel.position(0);
    StringBuilder text = new StringBuilder(subject + "\n" + part + "\n");
    segments.forEach(index -> text.append(index).append(THROUGH).append('\n'));
    write(text.toString());
    channel.force(true);
  }

  private void write(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      // Not readAllLines: a torn line need not be UTF-8.
      return new String(Files.readAllBytes(file), UTF_8).lines().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}

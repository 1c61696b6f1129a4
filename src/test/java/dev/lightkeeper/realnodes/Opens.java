package dev.lightkeeper.realnodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.bench.Streaming;
import dev.lightkeeper.node.ChannelBackup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Opens channels one after another and compares, for each, when a channel backup that holds it, as
 * the node itself says, was acknowledged as durable with when the node's own notice "channel open"
 * reached this client. LND writes the channel while it is pending, and once more because of the
 * very event that the notice tells of; so the newest file at that moment is told apart.
 */
final class Opens implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Lnd node;
  private final Streaming streaming;
  private final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
  private final List<Written> history = new CopyOnWriteArrayList<>();
  private final Thread reader;

  /** One event; {@code at} is nanoTime. */
  private record Notice(String type, long at, Instant wall) {}

  /** The channel backup's content, and when it got its name. */
  private record Written(ChannelBackup content, Instant at) {}

  /**
   * How one open went.
   *
   * @param held nanoseconds from the channel being durable to the notice; negative if the notice
   *     was first
   * @param newest the same of whatever the node had written by then
   */
  record Open(long held, long newest) {}

  Opens(Lnd node, Streaming streaming) throws IOException {
    this.node = node;
    this.streaming = streaming;
    this.reader = Thread.ofPlatform().daemon().start(this::read);
    node.subscribe("/v1/channels/subscribe", this::arrived);
  }

  private void arrived(JsonNode event, long at) {
    notices.add(new Notice(event.path("type").asText(), at, Instant.now()));
  }

  private void read() {
    Path file = node.channelBackup();
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Instant at = ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
        if (history.isEmpty() || !history.getLast().at().equals(at)) {
          history.add(new Written(ChannelBackup.of(Files.readAllBytes(file)), at));
        }
        Thread.sleep(1);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  List<Open> run(Lnd peer, int count) throws Exception {
    List<Open> opens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int known = history.size();
      String point = node.open(peer, 100_000, 0);
      opens.add(judge(point, known, awaitOpen()));
    }
    return opens;
  }

  private Open judge(String point, int known, Notice open) throws Exception {
    List<Written> before = history.stream().filter(w -> !w.at().isAfter(open.wall())).toList();
    for (Written written : before.subList(Math.min(known, before.size()), before.size())) {
      if (node.holds(written.content(), point)) {
        return new Open(margin(written, open), margin(before.getLast(), open));
      }
    }
    return new Open(-1, -1); // the channel was in no backup yet
  }

  private long margin(Written written, Notice open) throws IOException, InterruptedException {
    return open.at() - streaming.arrival(List.of(written.content().hash()), LIMIT);
  }

  private Notice awaitOpen() throws IOException, InterruptedException {
    while (true) {
      Notice notice = notices.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (notice == null) {
        throw new IOException("the node sent no notice of an open channel");
      }
      if (notice.type().equals("OPEN_CHANNEL")) {
        return notice;
      }
    }
  }

  @Override
  public void close() {
    reader.interrupt();
  }
}

package dev.lightkeeper.realnodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.bench.Streaming;
import dev.lightkeeper.node.Sha256;
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
 * Opens channels one after another and compares, for each, when the newest channel backup that the
 * node had written was acknowledged as durable with when the node's own notice "channel open"
 * reached this client.
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
  private record Written(Sha256 content, Instant at) {}

  /**
   * How one open went.
   *
   * @param margin nanoseconds from durable to notice; negative if the notice was first
   */
  record Open(long margin) {
    boolean durableFirst() {
      return margin > 0;
    }
  }

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
          history.add(new Written(Sha256.of(Files.readAllBytes(file)), at));
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
      Sha256 before = Sha256.of(Files.readAllBytes(node.channelBackup()));
      var _ = node.open(peer, 100_000, 0);
      opens.add(judge(before, awaitOpen()));
    }
    return opens;
  }

  private Open judge(Sha256 before, Notice open) throws IOException, InterruptedException {
    // What the node writes because of the same event, after it, is not what this is about.
    Sha256 newest =
        history.stream()
            .filter(w -> !w.at().isAfter(open.wall()))
            .reduce((_, later) -> later)
            .orElseThrow()
            .content();
    if (newest.equals(before)) {
      return new Open(-1); // the channel was in no backup yet
    }
    return new Open(open.at() - streaming.arrival(List.of(newest), LIMIT));
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

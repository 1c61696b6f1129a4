package dev.lightkeeper.realnodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.bench.Streaming;
import dev.lightkeeper.node.ChannelBackup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Opens channels one after another and compares, for each, when the channel backup that the node
 * had written by the time it told of the open channel was acknowledged as durable with when that
 * notice reached this client.
 *
 * <p>LND tells it twice. Who opened the channel is told {@code chan_open} (lnrpc, OpenStatusUpdate)
 * once it can be used; that is the notice which counts. Who subscribes to channel events is told
 * {@code OPEN_CHANNEL} by the very event that has LND write its file anew, so that which of the two
 * is first is up to LND: nothing that takes a round trip can always lie between them.
 */
final class Opens {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Lnd node;
  private final Streaming streaming;
  private final BlockingQueue<Notice> events = new LinkedBlockingQueue<>();

  /** It came at {@code at}, by nanoTime, when {@code newest} was the file's content. */
  private record Notice(long at, ChannelBackup newest) {}

  /**
   * How one open went, in nanoseconds from durable to the notice; negative if the notice was first.
   *
   * @param told of the newest file when this client was told {@code chan_open}
   * @param event of the newest file when the event {@code OPEN_CHANNEL} came
   */
  record Open(long told, long event) {}

  Opens(Lnd node, Streaming streaming) throws IOException {
    this.node = node;
    this.streaming = streaming;
    node.subscribe(
        "/v1/channels/subscribe",
        (event, at) -> {
          if (event.path("type").asText().equals("OPEN_CHANNEL")) {
            events.add(notice(at));
          }
        });
  }

  List<Open> run(Lnd peer, int count) throws Exception {
    List<Open> opens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      BlockingQueue<Notice> told = new LinkedBlockingQueue<>();
      String point =
          node.open(
              peer,
              100_000,
              0,
              (JsonNode notice, Long at) -> {
                if (notice.has("chan_open")) {
                  told.add(notice(at));
                }
              });
      Notice open = await(told);
      if (!node.holds(open.newest(), point)) {
        throw new IOException("the channel is open, and LND has not written it down");
      }
      opens.add(new Open(margin(open), margin(await(events))));
    }
    return opens;
  }

  private Notice notice(long at) {
    try {
      return new Notice(at, ChannelBackup.of(Files.readAllBytes(node.channelBackup())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long margin(Notice notice) throws IOException, InterruptedException {
    return notice.at() - streaming.arrival(List.of(notice.newest().hash()), LIMIT);
  }

  private static Notice await(BlockingQueue<Notice> notices)
      throws IOException, InterruptedException {
    Notice notice = notices.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    if (notice == null) {
      throw new IOException("the node sent no notice of an open channel");
    }
    return notice;
  }
}

package dev.lightkeeper.alert;

import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.Urgency;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * Pings a check of healthchecks.io or alike (healthchecks.io/docs/http_api): the address for
 * success, {@code /start}, {@code /fail} and {@code /log} below it, each with the end of what was
 * said as its body. While an alert is open, the daemon's ping is a failure.
 */
public final class Healthchecks implements Channel {
  private static final int MOST_BYTES = 10_000; // what healthchecks.io keeps at the least

  private final URI url;
  private final Urgency least;
  private final Http http;

  /**
   * @param least alerts that are less urgent do not make the daemon's ping a failure
   */
  public Healthchecks(URI url, Urgency least, Trust trust) {
    this.url = url;
    this.least = least;
    this.http = new Http(trust);
  }

  @Override
  public void deliver(Notice notice) throws DeliveryException, InterruptedException {
    switch (notice.event()) {
      case STARTED -> ping("/start", notice.text());
      case SUCCEEDED -> ping("", notice.text());
      case FAILED -> ping("/fail", notice.text());
      case TEST -> ping("/log", notice.text());
      case RAISED, RECOVERED, SUMMARY, ALIVE -> {
        List<OpenAlert> open =
            notice.open().stream().filter(a -> a.urgency().compareTo(least) >= 0).toList();
        ping(open.isEmpty() ? "" : "/fail", text(open));
      }
    }
  }

  private static String text(List<OpenAlert> open) {
    return open.isEmpty()
        ? "no alert is open"
        : String.join("\n", open.stream().map(a -> a.subject() + ": " + a.message()).toList());
  }

  private void ping(String end, String text) throws DeliveryException, InterruptedException {
    String base = url.toString();
    URI to = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + end);
    http.post(to, Map.of("User-Agent", "lightkeeper"), Texts.tail(text, MOST_BYTES));
  }
}

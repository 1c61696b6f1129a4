package dev.lightkeeper.alert;

import dev.lightkeeper.alert.Notice.Event;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to a topic of ntfy: the text as the body; title, priority and tags as headers, as
 * docs.ntfy.sh/publish says.
 */
public final class Ntfy implements Channel {
  private static final int MOST_BYTES = 3_500; // beyond 4,096 ntfy makes an attachment of it

  private final URI topic;
  private final @Nullable Secret token;
  private final Http http;

  public Ntfy(URI topic, @Nullable Secret token, Trust trust) {
    this.topic = topic;
    this.token = token;
    this.http = new Http(trust);
  }

  @Override
  public void deliver(Notice notice) throws DeliveryException, InterruptedException {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Title", EncodedWord.of(notice.title(), " "));
    headers.put("Priority", priority(notice));
    headers.put("Tags", tag(notice));
    if (token != null) {
      headers.put("Authorization", "Bearer " + token.read());
    }
    http.post(topic, headers, Texts.head(notice.text(), MOST_BYTES));
  }

  private static String priority(Notice notice) {
    if (notice.event() == Event.RECOVERED) {
      return "3";
    }
    return switch (notice.urgency()) {
      case CRITICAL -> "5";
      case WARNING -> "4";
      case NOTICE -> "3";
    };
  }

  private static String tag(Notice notice) {
    if (notice.event() == Event.RECOVERED) {
      return "white_check_mark";
    }
    return switch (notice.urgency()) {
      case CRITICAL -> "rotating_light";
      case WARNING -> "warning";
      case NOTICE -> "information_source";
    };
  }
}

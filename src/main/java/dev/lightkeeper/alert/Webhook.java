package dev.lightkeeper.alert;

import dev.lightkeeper.health.Json;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Posts a notice as JSON; a token goes along as {@code Authorization: Bearer}. */
public final class Webhook implements Channel {
  private final URI url;
  private final @Nullable Secret token;
  private final Http http;

  public Webhook(URI url, @Nullable Secret token, Trust trust) {
    this.url = url;
    this.token = token;
    this.http = new Http(trust);
  }

  @Override
  public void deliver(Notice notice) throws DeliveryException, InterruptedException {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "lightkeeper");
    if (token != null) {
      headers.put("Authorization", "Bearer " + token.read());
    }
    http.post(url, headers, Json.print(notice));
  }
}

package dev.lightkeeper.page;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.AlertBook;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the status page, {@code /metrics} and {@code /healthz}; changes nothing, whatever it is
 * asked. An address that is not free is tried again for ever, and nothing else waits for it.
 *
 * <p>One small server of our own for TCP and unix sockets alike: the JDK's has no unix sockets, a
 * timer that never rests, and no bounds but system properties.
 */
public final class PageServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);

  private final AlertBook alerts;
  private final boolean asked;
  private final List<Listener> listeners = new ArrayList<>();
  private final List<SocketAddress> bound = new ArrayList<>();
  private final Map<String, String> failed = new TreeMap<>();

  private PageServer(AlertBook alerts, boolean asked) {
    this.alerts = alerts;
    this.asked = asked;
  }

  /**
   * Begins to listen; returns at once.
   *
   * @param hosts names under which it may be asked for, besides those of this machine
   * @param asked whether somebody wants it there: only then an address that is not free is an alert
   */
  public static PageServer start(
      List<SocketAddress> addresses,
      Set<String> hosts,
      boolean asked,
      OverviewSource source,
      AlertBook alerts) {
    PageServer page = new PageServer(alerts, asked);
    Routes routes = new Routes(source);
    Hosts allowed = new Hosts(hosts);
    Listener.Observer observer =
        new Listener.Observer() {
          @Override
          public void listening(SocketAddress address) {
            page.listening(address);
          }

          @Override
          public void failed(SocketAddress address, String reason) {
            page.failed(address, reason);
          }
        };
    for (SocketAddress address : addresses) {
      page.listeners.add(
          Listener.start(
              address, channel -> new Exchange(channel, routes, allowed).run(), observer));
    }
    return page;
  }

  /** Where it listens now; a port 0 is the one that was free. */
  public synchronized List<SocketAddress> addresses() {
    return List.copyOf(bound);
  }

  private synchronized void listening(SocketAddress address) {
    String words = Listener.words(address);
    LOG.info("status page on {}", words);
    bound.add(address);
    failed.remove(words);
    tell();
  }

  private synchronized void failed(SocketAddress address, String reason) {
    String words = Listener.words(address);
    if (failed.put(words, reason) == null && !asked) {
      LOG.warn(
          "no status page: {}: {}; write listen in [status] of the configuration, or \"off\"",
          words,
          reason);
    }
    tell();
  }

  private void tell() {
    Alert alert =
        new Alert(
            Alert.Kind.STATUS_PAGE,
            null,
            null,
            "the status page cannot listen on %s. Streaming goes on. Free that address, or write another as listen in [status]"
                .formatted(
                    String.join(
                        ", ",
                        failed.entrySet().stream()
                            .map(e -> e.getKey() + ": " + e.getValue())
                            .toList())));
    if (failed.isEmpty() || !asked) {
      alerts.clear(alert.key());
    } else {
      alerts.raise(alert);
    }
  }

  @Override
  public void close() {
    listeners.forEach(Listener::close);
  }
}

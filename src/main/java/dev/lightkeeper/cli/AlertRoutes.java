package dev.lightkeeper.cli;

import dev.lightkeeper.alert.Channel;
import dev.lightkeeper.alert.Command;
import dev.lightkeeper.alert.Healthchecks;
import dev.lightkeeper.alert.Mail;
import dev.lightkeeper.alert.Ntfy;
import dev.lightkeeper.alert.Route;
import dev.lightkeeper.alert.Secret;
import dev.lightkeeper.alert.Trust;
import dev.lightkeeper.alert.Webhook;
import dev.lightkeeper.config.AlertSection;
import dev.lightkeeper.config.Config;
import dev.lightkeeper.health.Urgency;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes of what {@code [alerts]} says the ways on which alerts go. */
final class AlertRoutes {
  private static final Set<String> THIS_HOST = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final int SUBMISSION = 587;
  private static final int SUBMISSION_TLS = 465;
  private static final int RELAY = 25;

  private AlertRoutes() {}

  /**
   * @param environment this process's, for systemd's credentials
   */
  static List<Route> of(Config config, Map<String, String> environment) {
    return config.alerts().stream().map(s -> route(s, config.state(), environment)).toList();
  }

  /** One of them. */
  static Route route(AlertSection section, Path state, Map<String, String> environment) {
    String credentials = environment.getOrDefault("CREDENTIALS_DIRECTORY", "");
    Urgency least = Urgency.valueOf(section.limits().least().toUpperCase(Locale.ROOT));
    Channel channel =
        switch (section) {
          case AlertSection.Healthchecks h ->
              new Healthchecks(h.url(), least, trust(h.authorities()));
          case AlertSection.Http h -> {
            Secret token = secret(h.name(), h.tokenFile(), credentials);
            yield h.ntfy()
                ? new Ntfy(h.url(), token, trust(h.authorities()))
                : new Webhook(h.url(), token, trust(h.authorities()));
          }
          case AlertSection.Smtp s -> mail(s, credentials);
          case AlertSection.Command c -> new Command(c.command(), c.timeout(), state);
        };
    return new Route(section.name(), channel, least, section.limits().perHour(), pings(section));
  }

  /** What a channel is pinged for; null if it tells of alerts. */
  static @Nullable String pings(AlertSection section) {
    return section instanceof AlertSection.Healthchecks h ? h.pings() : null;
  }

  /** The kind and the place, without what is secret in it. */
  static String shown(AlertSection section) {
    return switch (section) {
      case AlertSection.Healthchecks h -> "healthchecks at " + h.url().getHost();
      case AlertSection.Http h -> (h.ntfy() ? "ntfy at " : "webhook at ") + h.url().getHost();
      case AlertSection.Smtp s -> "mail to " + String.join(", ", s.to());
      case AlertSection.Command c -> "command " + c.command().getFirst();
    };
  }

  private static Mail mail(AlertSection.Smtp section, String credentials) {
    URI url = section.url();
    String user = url.getUserInfo();
    boolean tls = "smtps".equals(url.getScheme());
    // A mail server on this host takes mail from it without a login, and rarely has a certificate.
    boolean open = !tls && user == null && THIS_HOST.contains(url.getHost());
    int port = tls ? SUBMISSION_TLS : open ? RELAY : SUBMISSION;
    return new Mail(
        new Mail.Server(
            url.getHost(),
            url.getPort() == -1 ? port : url.getPort(),
            tls ? Mail.Security.TLS : open ? Mail.Security.NONE : Mail.Security.STARTTLS,
            user,
            secret(section.name(), section.passwordFile(), credentials),
            trust(section.authorities())),
        section.from(),
        section.to());
  }

  private static @Nullable Secret secret(String name, @Nullable Path file, String credentials) {
    return file == null ? null : Secret.of(name, file, credentials);
  }

  private static Trust trust(@Nullable Path authorities) {
    return authorities == null ? Trust.usual() : Trust.of(authorities);
  }
}

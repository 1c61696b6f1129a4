package dev.lightkeeper.config;

import dev.lightkeeper.config.Config.StatusSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code [status]}. */
final class StatusReader {
  private static final String LISTEN = "listen";
  private static final String HOSTS = "hosts";
  private static final String EXAMPLE = "127.0.0.1:9740";
  private static final String REMEDY =
      "Write an address in numbers and a port, like \"%s\" or \"[::1]:9740\", or a socket, like"
              .formatted(EXAMPLE)
          + " \"unix:/run/lightkeeper/status.sock\", or \"off\"";
  private static final String OFF = "off";
  private static final String UNIX = "unix:";
  private static final int LONGEST_UNIX_PATH = 107; // unix(7), less the closing zero
  private static final Pattern TCP =
      Pattern.compile("(?:\\[([^\\[\\]]+)]|([^:\\[\\]]+)):(\\d{1,5})");
  private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  private final Section section;

  StatusReader(Section section) {
    this.section = section;
  }

  StatusSection read() {
    @Nullable List<String> written = section.textOrTexts(LISTEN, EXAMPLE);
    boolean remote = section.flag("allow_remote");
    StatusSection read =
        new StatusSection(
            written == null ? StatusSection.DEFAULT.listen() : addresses(written, remote),
            hosts(),
            true);
    section.refuseOthers();
    return read;
  }

  private List<SocketAddress> addresses(List<String> written, boolean remote) {
    List<SocketAddress> addresses = new ArrayList<>();
    if (written.equals(List.of(OFF))) {
      return addresses;
    }
    for (String text : written) {
      SocketAddress address = text.startsWith(UNIX) ? unix(text) : tcp(text);
      if (address == null) {
        continue;
      }
      if (addresses.contains(address)) {
        section.problem(LISTEN, "names an address twice: " + text, "Remove one of the two");
      } else if (address instanceof InetSocketAddress a
          && !a.getAddress().isLoopbackAddress()
          && !remote) {
        section.problem(
            LISTEN,
            "can be reached from other machines: " + text,
            "Anybody who reaches it can read names, times and addresses of remotes. Write %s and"
                    .formatted(EXAMPLE)
                + " look at it through ssh -L, or add allow_remote = true");
      } else {
        addresses.add(address);
      }
    }
    return addresses;
  }

  private @Nullable SocketAddress unix(String text) {
    String path = text.substring(UNIX.length());
    if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
      section.problem(LISTEN, "is not an absolute path after unix: " + text, REMEDY);
      return null;
    }
    if (path.getBytes(StandardCharsets.UTF_8).length > LONGEST_UNIX_PATH) {
      section.problem(
          LISTEN, "is too long for a socket: " + path, "Take a path of at most 107 bytes");
      return null;
    }
    return UnixDomainSocketAddress.of(path);
  }

  private @Nullable SocketAddress tcp(String text) {
    Matcher m = TCP.matcher(text);
    if (m.matches()) {
      int port = Integer.parseInt(m.group(3));
      String host = m.group(1) == null ? m.group(2) : m.group(1);
      try {
        // Never asks a name server: what is listened on must not depend on one.
        InetAddress address = InetAddress.ofLiteral(host.equals("localhost") ? "127.0.0.1" : host);
        if (port <= 65535) {
          return new InetSocketAddress(address, port);
        }
      } catch (IllegalArgumentException e) {
        // Said below.
      }
    }
    section.problem(LISTEN, "is not an address to listen on: " + text, REMEDY);
    return null;
  }

  private Set<String> hosts() {
    Set<String> hosts = new HashSet<>();
    @Nullable List<String> written = section.textOrTexts(HOSTS, "node.example.com");
    for (String host : written == null ? List.<String>of() : written) {
      String name = host.toLowerCase(Locale.ROOT);
      if (HOST.matcher(name).matches()) {
        hosts.add(name);
      } else {
        section.problem(
            HOSTS,
            "is not a host's name: " + host,
            "Write it as it stands in the browser, without http:// and port, like"
                + " hosts = [\"node.example.com\"]");
      }
    }
    return hosts;
  }
}

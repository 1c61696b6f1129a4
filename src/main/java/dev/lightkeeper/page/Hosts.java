package dev.lightkeeper.page;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.Set;

/**
 * The names under which this page may be asked for. A page of somebody else's can have its own name
 * point here (DNS rebinding), and would then read what is shown as if it were its own; the browser
 * still says that name.
 */
final class Hosts {
  private final Set<String> configured;

  /**
   * @param configured further names, in lower case
   */
  Hosts(Set<String> configured) {
    this.configured = Set.copyOf(configured);
  }

  /**
   * Whether a request that arrived at {@code local} may name {@code host}, with or without port.
   */
  boolean allow(String host, SocketAddress local) {
    String name = withoutPort(host.toLowerCase(Locale.ROOT));
    if (name.equals("localhost") || configured.contains(name)) {
      return true;
    }
    InetAddress literal;
    try {
      literal = InetAddress.ofLiteral(unbracketed(name));
    } catch (IllegalArgumentException e) {
      return false;
    }
    boolean bracketed = name.startsWith("[");
    boolean own =
        literal.isLoopbackAddress()
            || (local instanceof InetSocketAddress a && literal.equals(a.getAddress()));
    return own && bracketed == literal instanceof Inet6Address;
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    boolean port = colon > host.lastIndexOf(']') && host.substring(colon + 1).matches("\\d{1,5}");
    return port ? host.substring(0, colon) : host;
  }

  private static String unbracketed(String name) {
    return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
  }
}

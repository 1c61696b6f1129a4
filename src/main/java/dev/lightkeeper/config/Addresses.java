package dev.lightkeeper.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * What an address must look like. Problems never repeat the address: it may hold a password that
 * does not belong there.
 */
public final class Addresses {
  private static final String SFTP_EXAMPLE = "sftp://lightkeeper@backup.example.com/lightkeeper";

  private Addresses() {}

  /**
   * An address, or what is wrong with it.
   *
   * @param problem one sentence without a full stop; empty if the address is good
   * @param remedy one sentence without a full stop; empty if the address is good
   */
  public record Checked(Optional<URI> url, String problem, String remedy) {
    private static Checked good(URI url) {
      return new Checked(Optional.of(url), "", "");
    }

    private static Checked bad(String problem, String remedy) {
      return new Checked(Optional.empty(), problem, remedy);
    }
  }

  /** A remote: {@code sftp://user@host[:port]/path} or {@code file:///path}. */
  public static Checked remote(String text) {
    String remedy = "Write it like %s or file:///mnt/disk/lightkeeper".formatted(SFTP_EXAMPLE);
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      return Checked.bad("is not an address: " + e.getReason(), remedy);
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme();
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      return Checked.bad("has a ? or # part", remedy);
    }
    return switch (scheme) {
      case "sftp" -> sftp(url);
      case "file" ->
          url.getRawAuthority() == null && url.getRawPath() != null
              ? Checked.good(url)
              : Checked.bad("must have three slashes after file:", remedy);
      default -> Checked.bad("is neither an sftp:// nor a file:/// address", remedy);
    };
  }

  /** A proxy: {@code socks5://host:port}. */
  public static Checked proxy(String text) {
    String remedy = "Write it like socks5://127.0.0.1:9050";
    try {
      URI url = new URI(text);
      if (!"socks5".equals(url.getScheme())) {
        return Checked.bad("is not a socks5:// address", remedy);
      }
      if (url.getRawUserInfo() != null) {
        return Checked.bad("has a user name, which is not supported", remedy);
      }
      if (url.getHost() == null || !isPort(url.getPort())) {
        return Checked.bad("has no host or no port", remedy);
      }
      return Checked.good(url);
    } catch (URISyntaxException e) {
      return Checked.bad("is not an address: " + e.getReason(), remedy);
    }
  }

  /** A web server's: {@code https://host[:port]/path}, or {@code http://}. */
  static Checked web(String text) {
    String remedy = "Write it like https://host/path";
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      return Checked.bad("is not an address: " + e.getReason(), remedy);
    }
    if (!"https".equals(url.getScheme()) && !"http".equals(url.getScheme())) {
      return Checked.bad("is neither an https:// nor an http:// address", remedy);
    }
    if (url.getRawUserInfo() != null) {
      return Checked.bad("holds a user or a password", "Remove it, and use token_file instead");
    }
    if (url.getHost() == null || (url.getPort() != -1 && !isPort(url.getPort()))) {
      return Checked.bad("has no valid host name or port", remedy);
    }
    return url.getRawFragment() == null ? Checked.good(url) : Checked.bad("has a # part", remedy);
  }

  /** A mail server: {@code smtp://[user@]host[:port]} or {@code smtps://…}. */
  static Checked smtp(String text) {
    String remedy = "Write it like smtp://you@mail.example.com:587 or smtps://mail.example.com";
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      return Checked.bad("is not an address: " + e.getReason(), remedy);
    }
    if (!"smtp".equals(url.getScheme()) && !"smtps".equals(url.getScheme())) {
      return Checked.bad("is neither an smtp:// nor an smtps:// address", remedy);
    }
    String user = url.getRawUserInfo();
    if (user != null && user.indexOf(':') >= 0) {
      return Checked.bad(
          "holds a password", "Remove the password, change it, and put it into password_file");
    }
    if (url.getHost() == null || (url.getPort() != -1 && !isPort(url.getPort()))) {
      return Checked.bad(
          "has no valid host name or port (an @ within the user is written %40)", remedy);
    }
    return url.getRawPath().length() > 1 || url.getRawQuery() != null
        ? Checked.bad("has something after the host", remedy)
        : Checked.good(url);
  }

  private static Checked sftp(URI url) {
    String remedy = "Write it like " + SFTP_EXAMPLE;
    String authority = url.getRawAuthority() == null ? "" : url.getRawAuthority();
    String user = authority.substring(0, Math.max(0, authority.lastIndexOf('@')));
    if (user.indexOf(':') >= 0) {
      return Checked.bad(
          "holds a password", "Remove the password, change it, and log in with a key instead");
    }
    if (user.isEmpty()) {
      return Checked.bad("has no user name before an @", remedy);
    }
    if (url.getHost() == null) {
      return Checked.bad("has no valid host name or port", remedy);
    }
    if (url.getPort() != -1 && !isPort(url.getPort())) {
      return Checked.bad("has a port that is not between 1 and 65535", remedy);
    }
    if (url.getRawPath().isEmpty()) {
      return Checked.bad("has no folder after the host", remedy);
    }
    return Checked.good(url);
  }

  private static boolean isPort(int port) {
    return port >= 1 && port <= 65535;
  }
}

package dev.lightkeeper.remote.sftp;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a folder behind SFTP is, and what it takes to log in there.
 *
 * @param user the account's name
 * @param host a name or an address; with a proxy the name is resolved there (onion addresses)
 * @param port usually 22
 * @param path absolute, or relative to the account's home folder
 * @param key the private key's file; without a passphrase
 * @param knownHosts the pinned host keys, in OpenSSH's format
 * @param socksProxy a SOCKS5 proxy, or null for a direct connection
 */
public record SftpTarget(
    String user,
    String host,
    int port,
    String path,
    Path key,
    Path knownHosts,
    @Nullable InetSocketAddress socksProxy) {

  /**
   * @throws IllegalArgumentException if a part is empty or the port is not between 1 and 65535
   */
  public SftpTarget {
    if (user.isEmpty() || host.isEmpty() || path.isEmpty()) {
      throw new IllegalArgumentException("an SFTP target needs a user, a host and a path");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
  }

  /**
   * The target that {@code sftp://user@host[:port]/absolute/path} names; {@code /~/folder} and
   * {@code /./folder} are relative to the account's home folder.
   *
   * @param proxy {@code socks5://host:port}, or null
   * @throws IllegalArgumentException saying which part is missing or unusable
   */
  public static SftpTarget of(URI url, Path key, Path knownHosts, @Nullable URI proxy) {
    if (!"sftp".equals(url.getScheme())) {
      throw refused(url, "it does not start with sftp://");
    }
    String host = url.getHost();
    if (host == null) {
      throw refused(url, "it names no host");
    }
    String user = url.getUserInfo();
    if (user == null || user.isEmpty()) {
      throw refused(url, "it names no user");
    }
    if (user.contains(":")) {
      // The address is not repeated here: what follows the colon may be a password.
      throw new IllegalArgumentException(
          "the address of " + host + " holds a password; only keys are used: write sftp://user@…");
    }
    if (url.getQuery() != null || url.getFragment() != null) {
      throw refused(url, "nothing may follow the path");
    }
    return new SftpTarget(
        user,
        unbracketed(host),
        url.getPort() == -1 ? 22 : url.getPort(),
        folder(url),
        key,
        knownHosts,
        proxy == null ? null : proxyAddress(proxy));
  }

  /** {@code user@host:port}, for people. */
  String account() {
    return user + "@" + host + (port == 22 ? "" : ":" + port);
  }

  /** The address, for people; holds no secret. */
  String location() {
    String authority = host.contains(":") ? "[" + host + "]" : host;
    return "sftp://%s@%s%s/%s"
        .formatted(
            user,
            authority,
            port == 22 ? "" : ":" + port,
            path.startsWith("/") ? path.substring(1) : "~/" + path);
  }

  private static String folder(URI url) {
    String path = url.getPath();
    while (path.length() > 1 && path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    if (path.isEmpty()) {
      throw refused(url, "it names no folder");
    }
    if (path.equals("/~") || path.equals("/.")) {
      return ".";
    }
    return path.startsWith("/~/") || path.startsWith("/./") ? path.substring(3) : path;
  }

  private static InetSocketAddress proxyAddress(URI proxy) {
    String scheme = String.valueOf(proxy.getScheme());
    String host = proxy.getHost();
    if (!(scheme.equals("socks5") || scheme.equals("socks5h")) || host == null) {
      throw new IllegalArgumentException(
          "the proxy " + proxy + " is not usable: write socks5://host:port");
    }
    if (proxy.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "the proxy at " + host + " is given a login; only proxies without one are supported");
    }
    int port = proxy.getPort() == -1 ? 1080 : proxy.getPort();
    return InetSocketAddress.createUnresolved(unbracketed(host), port);
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static IllegalArgumentException refused(URI url, String why) {
    return new IllegalArgumentException(
        url + " is not usable: " + why + "; write sftp://user@host/folder");
  }
}

package dev.lightkeeper.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code lightkeeper.toml} says, checked.
 *
 * @param source the file it was read from
 * @param state the state folder: ledger, spool, status
 * @param nodes at least one, unless there is a {@code [backup]}
 * @param backup null if there is no {@code [backup]}
 * @param alerts who is told, in the order of the file
 * @param status where the status page is
 */
public record Config(
    Path source,
    Path state,
    List<NodeSection> nodes,
    List<RemoteSection> remotes,
    WatchSection watch,
    @Nullable BackupSection backup,
    List<AlertSection> alerts,
    StatusSection status) {
  public Config {
    nodes = List.copyOf(nodes);
    remotes = List.copyOf(remotes);
    alerts = List.copyOf(alerts);
  }

  /**
   * {@code [nodes.NAME]}.
   *
   * @param kind {@code lnd}, {@code cln} or {@code file}
   * @param file absolute
   * @param backupKey where the key of its channel backups is; null for the usual place
   * @param guard {@code stop} or {@code alert}, on a sign that it runs elsewhere as well; null for
   *     stopping after a handoff and alerting otherwise
   */
  public record NodeSection(
      String name, String kind, Path file, @Nullable Path backupKey, @Nullable String guard) {
    /** One whose key, if there is any, is at the usual place, without a word about the guard. */
    public NodeSection(String name, String kind, Path file) {
      this(name, kind, file, null, null);
    }
  }

  /**
   * {@code [remotes.NAME]}.
   *
   * @param url {@code sftp://user@host[:port]/path} or {@code file:///path}
   * @param key the private key; always there for sftp
   * @param knownHosts the pinned host keys; always there for sftp
   * @param proxy {@code socks5://host:port}
   */
  public record RemoteSection(
      String name, URI url, @Nullable Path key, @Nullable Path knownHosts, @Nullable URI proxy) {}

  /**
   * {@code [watch]}.
   *
   * @param poll how often files are looked at besides events; default 5 s
   * @param flush how long a stopping daemon goes on publishing; default 10 s
   * @param spoolLimit bytes the spool may hold; default 256 MiB
   * @param behind a remote that lacks the newest version for longer is alerted; default 15 min
   */
  public record WatchSection(Duration poll, Duration flush, long spoolLimit, Duration behind) {
    /** What holds when the section is missing. */
    public static final WatchSection DEFAULT =
        new WatchSection(
            Duration.ofSeconds(5), Duration.ofSeconds(10), 256L << 20, Duration.ofMinutes(15));
  }

  /**
   * {@code [backup]}.
   *
   * @param quiesce {@code stop} (default), {@code pause} or {@code stack}
   * @param passphraseFile what archives are encrypted with; null if only the environment says
   * @param remotes names of remotes that archives are shipped to; default all
   * @param keep how many archives are kept
   * @param folder where archives are kept on this host; null for where BTCPay's scripts keep them
   * @param rateLimit bytes a second that shipping may take; null for no limit
   * @param environment the file that says where BTCPay Server is; default {@code
   *     /etc/profile.d/btcpay-env.sh}
   */
  public record BackupSection(
      String quiesce,
      @Nullable Path passphraseFile,
      List<String> remotes,
      Keep keep,
      @Nullable Path folder,
      @Nullable Long rateLimit,
      Path environment) {
    public BackupSection {
      remotes = List.copyOf(remotes);
    }
  }

  /**
   * {@code [status]}: page, metrics and health.
   *
   * @param listen internet or unix addresses; none if it is off
   * @param hosts names under which a browser may ask for it, besides those of this machine
   * @param asked false if the section is missing and {@code listen} is the default: then it is no
   *     failure if something else listens there
   */
  public record StatusSection(List<SocketAddress> listen, Set<String> hosts, boolean asked) {
    /** What holds when the section is missing. */
    public static final StatusSection DEFAULT =
        new StatusSection(
            List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9740)),
            Set.of(),
            false);

    public StatusSection {
      listen = List.copyOf(listen);
      hosts = Set.copyOf(hosts);
    }
  }

  /** {@code keep = { last, daily, weekly, monthly }}: none negative, at least one above 0. */
  public record Keep(int last, int daily, int weekly, int monthly) {
    /** What holds when it is missing. */
    public static final Keep DEFAULT = new Keep(3, 7, 4, 12);
  }
}

package dev.lightkeeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.config.Config.BackupSection;
import dev.lightkeeper.config.Config.NodeSection;
import dev.lightkeeper.config.Config.RemoteSection;
import dev.lightkeeper.config.Config.StatusSection;
import dev.lightkeeper.config.Config.WatchSection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns one parsed file into a {@link Config}, or into all of its problems. */
final class ConfigReader {
  static final Path DEFAULT_STATE = Path.of("/var/lib/lightkeeper");
  static final String STATE_VARIABLE = "LIGHTKEEPER_STATE";
  private static final List<String> KINDS = List.of("lnd", "cln", "file");
  private static final long LEAST_SPOOL = 1L << 20;
  // Names become folder names on the remote; the three words are taken by its layout.
  private static final Pattern NAME =
      Pattern.compile("(?!(?:archives|handoff|incoming)$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final Path file;
  private final Problems problems;
  private final Map<String, String> environment;

  ConfigReader(Path file, String text, Map<String, String> environment) {
    this.file = file;
    this.problems = new Problems(file, KeyLines.scan(text));
    this.environment = environment;
  }

  Config read(JsonNode tree) throws ConfigException {
    Section top = new Section(List.of(), tree, problems);
    Path state = state(top);
    List<NodeSection> nodes = nodes(top);
    List<RemoteSection> remotes = remotes(top);
    WatchSection watch = top.table("watch").map(ConfigReader::watch).orElse(WatchSection.DEFAULT);
    @Nullable BackupSection backup =
        top.table("backup").map(section -> new BackupReader(section, remotes).read()).orElse(null);
    List<AlertSection> alerts = new ArrayList<>();
    for (var table : top.tables("alerts")) {
      checkName(table);
      new AlertReader(table.name(), table.section()).read().ifPresent(alerts::add);
    }
    StatusSection status =
        top.table("status")
            .map(section -> new StatusReader(section).read())
            .orElse(StatusSection.DEFAULT);
    top.refuseOthers();
    problems.throwIfAny();
    return new Config(file, state, nodes, remotes, watch, backup, alerts, status);
  }

  private Path state(Section top) {
    Path written = top.path("state", DEFAULT_STATE.toString());
    String override = environment.getOrDefault(STATE_VARIABLE, "");
    if (!override.isEmpty()) {
      Path state = Path.of(override);
      if (!state.isAbsolute()) {
        problems.addToFile(
            "the environment variable " + STATE_VARIABLE + " is not an absolute path",
            "Set it to a path like " + DEFAULT_STATE);
      }
      return state;
    }
    return written == null ? DEFAULT_STATE : written;
  }

  private List<NodeSection> nodes(Section top) {
    List<NodeSection> nodes = new ArrayList<>();
    Map<Path, String> files = new HashMap<>();
    List<Section.Named> tables = top.tables("nodes");
    for (var table : tables) {
      checkName(table);
      Section section = table.section();
      String kind = section.requiredText("kind", "lnd");
      if (kind != null && !KINDS.contains(kind)) {
        section.problem(
            "kind", "is not a known kind: " + kind, "Write one of lnd, cln and file, in quotes");
      }
      Path path = requiredPath(section, "file", "/var/lib/lnd/…/channel.backup");
      Path backupKey = section.path("backup_key", "/etc/lightkeeper/keys/" + table.name());
      if (backupKey != null && "file".equals(kind)) {
        section.problem("backup_key", "has no meaning for kind = \"file\"", "Remove it");
      }
      String guard = section.text("guard", "stop");
      if (guard != null && !guard.equals("stop") && !guard.equals("alert")) {
        section.problem(
            "guard", "is neither stop nor alert: " + guard, "Write guard = \"stop\", or remove it");
      }
      section.refuseOthers();
      if (path != null) {
        String other = files.putIfAbsent(path, table.name());
        if (other != null) {
          section.problem(
              "file", "is the file of nodes." + other + " too", "Remove one of the two nodes");
        }
      }
      if (kind != null && path != null) {
        nodes.add(new NodeSection(table.name(), kind, path, backupKey, guard));
      }
    }
    if (tables.isEmpty() && !top.has("backup")) {
      problems.addToFile(
          "names no node to watch", "Add [nodes.NAME] with kind and file; see 'lightkeeper init'");
    }
    return nodes;
  }

  private List<RemoteSection> remotes(Section top) {
    List<RemoteSection> remotes = new ArrayList<>();
    Map<URI, String> urls = new HashMap<>();
    List<Section.Named> tables = top.tables("remotes");
    for (var table : tables) {
      checkName(table);
      RemoteSection remote = remote(table.name(), table.section());
      if (remote != null) {
        remotes.add(remote);
        String other = urls.putIfAbsent(remote.url(), table.name());
        if (other != null) {
          table
              .section()
              .problem("url", "is the url of remotes." + other + " too", "Remove one of the two");
        }
      }
    }
    if (tables.isEmpty() && !top.has("backup")) {
      problems.addToFile(
          "names no remote to send to", "Add [remotes.NAME] with url; see 'lightkeeper init'");
    }
    return remotes;
  }

  private @Nullable RemoteSection remote(String name, Section section) {
    String written = section.requiredText("url", "sftp://lightkeeper@backup.example.com/backups");
    URI url = written == null ? null : accept(section, "url", Addresses.remote(written));
    boolean sftp = url == null || "sftp".equals(url.getScheme());
    Path key;
    Path knownHosts;
    if (url != null && sftp) {
      key = requiredPath(section, "key", "/etc/lightkeeper/id_ed25519");
      knownHosts = requiredPath(section, "known_hosts", "/etc/lightkeeper/known_hosts");
    } else {
      key = section.path("key", "/etc/lightkeeper/id_ed25519");
      knownHosts = section.path("known_hosts", "/etc/lightkeeper/known_hosts");
    }
    String proxyText = section.text("proxy", "socks5://127.0.0.1:9050");
    URI proxy = proxyText == null ? null : accept(section, "proxy", Addresses.proxy(proxyText));
    if (!sftp) {
      for (String unused : List.of("key", "known_hosts", "proxy")) {
        if (section.has(unused)) {
          section.problem(unused, "has no meaning for a file:/// remote", "Remove it");
        }
      }
    }
    section.refuseOthers();
    return url == null ? null : new RemoteSection(name, url, key, knownHosts, proxy);
  }

  private static WatchSection watch(Section section) {
    WatchSection missing = WatchSection.DEFAULT;
    WatchSection watch =
        new WatchSection(
            section.duration("poll", Duration.ofMillis(100), missing.poll()),
            section.duration("flush", Duration.ZERO, missing.flush()),
            section.bytes("spool_limit", LEAST_SPOOL, missing.spoolLimit()),
            section.duration("behind", Duration.ofSeconds(1), missing.behind()));
    section.refuseOthers();
    return watch;
  }

  private static void checkName(Section.Named table) {
    if (!NAME.matcher(table.name()).matches()) {
      table
          .section()
          .problem(
              "is not a name that can be used",
              "Use letters, digits, dot, underscore and hyphen, starting with a letter or digit,"
                  + " at most 64; not archives, handoff or incoming");
    }
  }

  private static @Nullable Path requiredPath(Section section, String key, String example) {
    if (!section.has(key)) {
      section.missing(key, example);
    }
    return section.path(key, example);
  }

  private static @Nullable URI accept(Section section, String key, Addresses.Checked checked) {
    if (checked.url().isEmpty()) {
      section.problem(key, checked.problem(), checked.remedy());
    }
    return checked.url().orElse(null);
  }
}

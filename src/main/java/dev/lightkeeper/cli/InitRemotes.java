package dev.lightkeeper.cli;

import dev.lightkeeper.config.Addresses;
import dev.lightkeeper.config.Config.RemoteSection;
import dev.lightkeeper.node.NodeName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which remotes the new configuration names. Mix in. */
final class InitRemotes {
  @Option(
      names = "--remote",
      paramLabel = "URL",
      description = "sftp://user@host[:port]/folder or file:///folder. Repeatable.")
  private List<String> urls = List.of();

  @Option(
      names = "--remote-name",
      paramLabel = "NAME",
      description = "The name of each --remote, in their order (default: offsite, disk).")
  private List<String> names = List.of();

  @Option(
      names = "--proxy",
      paramLabel = "URL",
      description = "Reach SFTP remotes through socks5://host:port, such as Tor's.")
  private @Nullable String proxy;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The private key (default: id_ed25519 beside the configuration; made if new).")
  private @Nullable Path key;

  /**
   * @param folder where the configuration will be
   * @throws CliException if there is none, or one is not usable
   */
  List<RemoteSection> sections(Path folder, Questions questions) throws CliException, IOException {
    List<String> wanted = new ArrayList<>(urls);
    if (wanted.isEmpty()) {
      Optional<String> answer =
          questions.line("Where to? (sftp://user@host/folder or file:///folder)");
      wanted.add(
          answer.orElseThrow(
              () ->
                  new CliException(
                      ExitCode.USAGE,
                      "no remote is given",
                      "Name one: --remote sftp://lightkeeper@backup.example.com/backups")));
    }
    URI through = proxy == null ? null : url("--proxy", Addresses.proxy(proxy));
    Path keyFile = keyFile(folder);
    Path knownHosts = folder.resolve("known_hosts");
    List<RemoteSection> sections = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      URI url = url("--remote", Addresses.remote(wanted.get(i)));
      boolean sftp = "sftp".equals(url.getScheme());
      String name = name(i, sftp ? "offsite" : "disk", sections);
      sections.add(
          sftp
              ? new RemoteSection(name, url, keyFile, knownHosts, through)
              : new RemoteSection(name, url, null, null, null));
    }
    return sections;
  }

  /** The private key's file. */
  private Path keyFile(Path folder) throws CliException {
    if (key == null) {
      return folder.resolve("id_ed25519");
    }
    Path given = key.toAbsolutePath().normalize();
    if (!given.toFile().isFile()) {
      throw new CliException(
          ExitCode.USAGE,
          "--key " + given + " is not a file",
          "Give an existing private key, or leave --key out to have one made");
    }
    return given;
  }

  private String name(int index, String usual, List<RemoteSection> before) throws CliException {
    List<String> taken = before.stream().map(RemoteSection::name).toList();
    if (index < names.size()) {
      String name = names.get(index);
      if (!NodeName.isValid(name) || taken.contains(name)) {
        throw new CliException(
            ExitCode.USAGE,
            "--remote-name " + name + " cannot be used",
            "Use letters, digits, dot, underscore and hyphen, and every name once");
      }
      return name;
    }
    return Stream.iterate(1, i -> i + 1)
        .map(i -> i == 1 ? usual : usual + "-" + i)
        .filter(n -> !taken.contains(n) && !names.contains(n))
        .findFirst()
        .orElseThrow();
  }

  private static URI url(String option, Addresses.Checked checked) throws CliException {
    return checked
        .url()
        .orElseThrow(
            () ->
                new CliException(
                    ExitCode.USAGE,
                    "the address after %s %s".formatted(option, checked.problem()),
                    checked.remedy()));
  }
}

package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.config.Problem;
import dev.lightkeeper.health.Alert.Kind;
import dev.lightkeeper.health.Urgency;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What the pages say about commands, options, codes, settings and files is so. */
class DocumentationTest {
  private static final Path README = Path.of("README.md");
  private static final Pattern CALL =
      Pattern.compile("lightkeeper ([a-z]+)(?![\\w-])((?:\\\\\\n|[^`#\\n])*)");
  private static final Pattern OPTION = Pattern.compile("(?<=\\s)--[a-z][a-z-]*");
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)\\)");
  private static final Pattern OURS =
      Pattern.compile(
          "(?<![\\w/.-])(?:\\./(?:try|verify|bench)|(?:\\.ci|examples|docs)/[\\w./-]*\\w)");
  private static final Pattern UNIT =
      Pattern.compile("(?<![\\w/])lightkeeper(?:-[a-z]+)?\\.(?:service|timer|path)");
  private static final Pattern CODED = Pattern.compile("`([a-z_]+)(?: = [^`]*)?`");
  private static final Pattern KIND = Pattern.compile("`([a-z-]+)`");
  private static final Pattern CODE = Pattern.compile("(?m)^\\| (\\d+) \\|");

  @TempDir Path folder;

  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      return Stream.concat(
              Stream.of(README, Path.of("ARCHITECTURE.md"), Path.of("CHANGELOG.md")), docs.sorted())
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void every_command_that_a_page_shows_exists_with_its_options(Path page) throws Exception {
    Map<String, CommandLine> commands = Main.commandLine().getSubcommands();
    for (MatchResult call : found(CALL, Files.readString(page))) {
      // Prose such as "lightkeeper is" is no call; a call is set in a code block or in backquotes.
      if (!commands.containsKey(call.group(1)) && !written(page, call)) {
        continue;
      }
      assertThat(commands).as("%s: %s", page, call.group()).containsKey(call.group(1));
      CommandSpec spec = Objects.requireNonNull(commands.get(call.group(1))).getCommandSpec();
      assertThat(found(OPTION, call.group(2)))
          .as("%s: %s", page, call.group())
          .extracting(MatchResult::group)
          .allMatch(option -> spec.findOption(option) != null);
    }
  }

  @Test
  void the_readme_lists_every_command() throws Exception {
    String listed = section("Commands and exit codes");

    assertThat(Main.commandLine().getSubcommands().keySet())
        .allSatisfy(command -> assertThat(listed).contains("`" + command + "`"));
  }

  @Test
  void the_readme_and_the_help_have_every_exit_code_and_no_other() throws Exception {
    List<String> codes =
        Arrays.stream(ExitCode.values()).map(c -> String.valueOf(c.value())).toList();

    assertThat(found(CODE, section("Commands and exit codes")))
        .extracting(m -> m.group(1))
        .isEqualTo(codes);
    assertThat(Main.commandLine().getCommandSpec().usageMessage().exitCodeList().keySet())
        .containsExactlyElementsOf(codes);
  }

  static Set<String> commands() {
    return Main.commandLine().getSubcommands().keySet();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void no_help_names_an_exit_code_that_the_readme_does_not(String command) throws Exception {
    String readme = section("Commands and exit codes");
    CommandSpec spec =
        Objects.requireNonNull(Main.commandLine().getSubcommands().get(command)).getCommandSpec();

    assertThat(spec.usageMessage().exitCodeList().keySet())
        .isNotEmpty()
        .allSatisfy(code -> assertThat(readme).containsPattern("\\b" + code + "\\b"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void every_file_that_a_page_names_exists(Path page) throws Exception {
    String text = Files.readString(page);

    assertThat(found(LINK, text))
        .extracting(m -> m.group(1))
        .allSatisfy(to -> assertThat(page.resolveSibling(to)).exists());
    assertThat(found(OURS, text))
        .extracting(MatchResult::group)
        .allSatisfy(file -> assertThat(Path.of(file)).exists());
    assertThat(found(UNIT, text))
        .extracting(MatchResult::group)
        .allSatisfy(unit -> assertThat(Path.of("systemd", unit)).exists());
  }

  @Test
  void the_readmes_table_of_the_backup_has_every_setting() throws Exception {
    Set<String> told =
        found(Pattern.compile("(?m)^\\| `([a-z_]+)` \\|"), section("The nightly backup")).stream()
            .map(m -> m.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(told).containsExactlyInAnyOrderElementsOf(known("[backup]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"healthchecks", "webhook", "ntfy", "smtp", "command"})
  void the_readmes_table_of_alerts_has_settings_that_are_known(String kind) throws Exception {
    String row =
        section("Alerts").lines().filter(l -> l.startsWith("| `" + kind + "`")).findAny().get();

    assertThat(found(CODED, row.substring(row.indexOf('|', 2))))
        .isNotEmpty()
        .extracting(m -> m.group(1))
        .allSatisfy(key -> assertThat(known("[alerts.a]\nkind = \"" + kind + "\"")).contains(key));
  }

  @ParameterizedTest
  @EnumSource(Urgency.class)
  void the_readme_says_how_urgent_each_alert_is(Urgency urgency) throws Exception {
    String alerts = section("Alerts");
    String word = urgency.name().charAt(0) + urgency.name().substring(1).toLowerCase(Locale.ROOT);
    int start = alerts.indexOf("\n**" + word + "**");
    assertThat(start).isNotNegative();
    int end = alerts.indexOf("\n**", start + 1);
    String listed = alerts.substring(start, end < 0 ? alerts.indexOf("\n\n", start) : end);

    assertThat(found(KIND, listed))
        .extracting(m -> m.group(1))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Kind.values())
                .filter(k -> k.urgency() == urgency)
                .map(Kind::id)
                .toList());
  }

  @Test
  void the_page_on_troubles_has_every_alert_and_no_other() throws Exception {
    String text = Files.readString(Path.of("docs/troubleshooting.md"));
    String firstColumn =
        text.substring(text.indexOf("\n## Alerts"))
            .lines()
            .filter(l -> l.startsWith("| `"))
            .map(l -> l.substring(0, l.indexOf('|', 1)))
            .collect(Collectors.joining());

    assertThat(found(KIND, firstColumn))
        .extracting(m -> m.group(1))
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(Kind.values()).map(Kind::id).toList());
  }

  @Test
  void when_a_backup_is_overdue_is_the_same_everywhere() throws Exception {
    long hours = Lookout.OVERDUE.toHours();

    assertThat(section("Alerts")).contains("`backup-overdue` (" + hours + " hours)");
    assertThat(Files.readString(Path.of("docs/troubleshooting.md")))
        .contains("older than " + hours + " hours");
    assertThat(Files.readString(Path.of("examples/prometheus-alerts.yml")))
        .contains("newest_archive_timestamp_seconds > " + hours + " * 3600");
  }

  @Test
  void the_readmes_lines_before_the_first_backup_make_a_configuration_with_a_passphrase()
      throws Exception {
    Path example = Path.of("examples/lightkeeper.toml");
    Path file = Files.writeString(folder.resolve("lightkeeper.toml"), withoutBackup(example));
    String lines =
        section("The nightly backup")
            .lines()
            .dropWhile(l -> !l.startsWith("    "))
            .takeWhile(l -> l.startsWith("    "))
            .filter(l -> !l.contains("systemctl"))
            .collect(Collectors.joining("\n"));
    String here = lines.replace("/etc/lightkeeper", folder.toString()).replace("sudo ", "");

    Process shell = new ProcessBuilder("sh", "-ec", here).redirectErrorStream(true).start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(shell.waitFor()).as(said).isZero();
    Config.BackupSection backup = ConfigFile.load(file).backup();
    Path passphrase = folder.resolve("passphrase");
    assertThat(Objects.requireNonNull(backup).passphraseFile()).isEqualTo(passphrase);
    assertThat(Files.readAllLines(passphrase)).singleElement().asString().hasSize(32);
    assertThat(Files.getPosixFilePermissions(passphrase))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  /** The example as init would write it: the section on backups, the last but alerts, is cut. */
  private static String withoutBackup(Path example) throws IOException {
    String text = Files.readString(example);
    return text.substring(0, text.indexOf("\n[backup]") + 1);
  }

  @Test
  void the_architecture_has_a_line_for_every_package() throws Exception {
    String text = Files.readString(Path.of("ARCHITECTURE.md"));
    try (Stream<Path> packages = Files.list(Path.of("src/main/java/dev/lightkeeper"))) {
      assertThat(packages.filter(Files::isDirectory))
          .allSatisfy(p -> assertThat(text).contains("\n| `" + p.getFileName() + "` |"));
    }
  }

  /** What the reader says it knows in a section, asked with a setting that cannot be one. */
  private List<String> known(String section) throws IOException {
    Path file = folder.resolve("asked.toml");
    Files.writeString(file, section + "\nnothing_of_this_name = 1\n");
    try {
      ConfigFile.read(file, Map.of());
    } catch (ConfigException e) {
      String remedy =
          e.problems().stream()
              .filter(p -> p.key().endsWith("nothing_of_this_name"))
              .map(Problem::remedy)
              .findAny()
              .orElseThrow();
      return List.of(remedy.substring(remedy.indexOf(": ") + 2).split(", "));
    }
    throw new AssertionError("a setting that cannot be one was taken");
  }

  private static boolean written(Path page, MatchResult call) throws IOException {
    String text = Files.readString(page);
    int line = text.lastIndexOf('\n', call.start()) + 1;
    return text.startsWith("    ", line)
        || (call.start() > 0 && text.charAt(call.start() - 1) == '`');
  }

  private static String section(String title) throws IOException {
    String text = Files.readString(README);
    int start = text.indexOf("\n## " + title);
    assertThat(start).as("the section %s", title).isNotNegative();
    int end = text.indexOf("\n## ", start + 1);
    return text.substring(start, end < 0 ? text.length() : end);
  }

  private static List<MatchResult> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }
}

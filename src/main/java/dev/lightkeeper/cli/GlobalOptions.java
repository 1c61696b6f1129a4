package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.config.ConfigFile;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The options every command takes, before or after the command's name. Mix in with {@code @Mixin}.
 */
public final class GlobalOptions {
  /** The environment variable that names the configuration file. */
  public static final String CONFIG_VARIABLE = "LIGHTKEEPER_CONFIG";

  private static final Path DEFAULT_CONFIG = Path.of("/etc/lightkeeper/lightkeeper.toml");

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "The configuration (default: $LIGHTKEEPER_CONFIG, or /etc/lightkeeper/lightkeeper.toml).")
  private @Nullable Path config;

  @Option(
      names = "--json",
      description = "Print JSON, on standard output; errors on standard error.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print results and errors only.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say more about what is done, and show stack traces.")
  private boolean verbose;

  /** The configuration file: as given, else as the environment says, else the usual place. */
  public Path configFile() {
    Path given = levels().map(g -> g.config).flatMap(Stream::ofNullable).findFirst().orElse(null);
    if (given != null) {
      return given;
    }
    String variable = System.getenv(CONFIG_VARIABLE);
    return variable == null || variable.isEmpty() ? DEFAULT_CONFIG : Path.of(variable);
  }

  /**
   * What the configuration file says; empty if there is none.
   *
   * @throws ConfigException if what it says cannot be taken
   */
  Optional<Config> config() throws ConfigException {
    return Files.exists(configFile())
        ? Optional.of(ConfigFile.load(configFile()))
        : Optional.empty();
  }

  /** Whether results and errors are printed as JSON. */
  public boolean json() {
    return any(g -> g.json);
  }

  /** Whether only results and errors are printed. */
  public boolean quiet() {
    return any(g -> g.quiet);
  }

  /** Whether more is said, and stack traces are shown. */
  public boolean verbose() {
    return any(g -> g.verbose);
  }

  /** Where results go. */
  public PrintWriter out() {
    return spec().commandLine().getOut();
  }

  /** Where errors, warnings and questions go. */
  public PrintWriter err() {
    return spec().commandLine().getErr();
  }

  /** Says something by the way: on standard error, and not with {@code --quiet}. */
  public void note(String line) {
    if (!quiet()) {
      err().println(line);
      err().flush();
    }
  }

  /** Warns, on standard error, whatever the options say. */
  public void warn(String line) {
    err().println("lightkeeper: warning: " + line);
    err().flush();
  }

  private boolean any(Function<GlobalOptions, Boolean> option) {
    return levels().anyMatch(option::apply);
  }

  private Stream<GlobalOptions> levels() {
    return Stream.iterate(spec(), level -> level != null, CommandSpec::parent)
        .flatMap(level -> of(level).stream());
  }

  /** The global options of a command, where it takes them. */
  static Optional<GlobalOptions> of(CommandSpec command) {
    return command.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(GlobalOptions.class::isInstance)
        .map(GlobalOptions.class::cast)
        .findFirst();
  }

  private CommandSpec spec() {
    if (command == null) {
      throw new IllegalStateException("the options belong to no command");
    }
    return command;
  }
}

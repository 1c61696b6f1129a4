package dev.lightkeeper.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code lightkeeper.toml}. */
public final class ConfigFile {
  private static final Pattern STATE =
      Pattern.compile("\\s*state\\s*=\\s*([\"'])(/[^\"']*)\\1\\s*(#.*)?");

  private ConfigFile() {}

  /**
   * Reads and checks a file; {@code LIGHTKEEPER_STATE} overrides its {@code state}.
   *
   * @throws ConfigException with all that is wrong, if anything is
   */
  public static Config load(Path file) throws ConfigException {
    return read(file, System.getenv());
  }

  /**
   * Reads and checks a file in an environment.
   *
   * @throws ConfigException with all that is wrong, if anything is
   */
  public static Config read(Path file, Map<String, String> environment) throws ConfigException {
    String text = text(file);
    return new ConfigReader(file, text, environment).read(tree(file, text));
  }

  /**
   * The files that {@code config} names and that are not there: each with its line and key. To run
   * without one is no mistake of the configuration's: what it is for is tried again until it works.
   *
   * @throws ConfigException if the configuration's own file is gone by now
   */
  public static List<Problem> missingFiles(Config config) throws ConfigException {
    Problems problems = new Problems(config.source(), KeyLines.scan(text(config.source())));
    for (Config.RemoteSection remote : config.remotes()) {
      List<String> table = List.of("remotes", remote.name());
      missing(problems, table, "key", remote.key(), "Make one with: ssh-keygen -t ed25519 -N ''");
      missing(
          problems,
          table,
          "known_hosts",
          remote.knownHosts(),
          "Pin the server's host key: lightkeeper init does, or ssh-keyscan and a look at it");
    }
    return problems.all();
  }

  private static void missing(
      Problems problems, List<String> table, String key, @Nullable Path file, String remedy) {
    if (file != null && Files.notExists(file)) {
      problems.add(
          Stream.concat(table.stream(), Stream.of(key)).toList(), file + " does not exist", remedy);
    }
  }

  /**
   * The state folder that a file names, as far as that can be told of one with mistakes: what is
   * locked there has to stay locked.
   */
  public static Path state(Path file, Map<String, String> environment) {
    String override = environment.getOrDefault(ConfigReader.STATE_VARIABLE, "");
    if (!override.isEmpty()) {
      return Path.of(override);
    }
    try {
      for (String line : text(file).lines().toList()) {
        Matcher state = STATE.matcher(line);
        if (state.matches()) {
          return Path.of(state.group(2));
        }
        if (line.strip().startsWith("[")) {
          break;
        }
      }
    } catch (ConfigException | InvalidPathException e) {
      return ConfigReader.DEFAULT_STATE;
    }
    return ConfigReader.DEFAULT_STATE;
  }

  private static String text(Path file) throws ConfigException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw failed(
          file,
          "there is no such file",
          "Make one with 'lightkeeper init', or name another with --config");
    } catch (AccessDeniedException e) {
      throw failed(file, "may not be read by this user", "Run this as root");
    } catch (CharacterCodingException e) {
      throw failed(file, "is not UTF-8 text", "Save it as UTF-8");
    } catch (IOException e) {
      throw failed(
          file,
          Files.isDirectory(file) ? "is a folder" : "cannot be read: " + said(e),
          "Name the file itself, with --config");
    }
  }

  private static String said(IOException e) {
    return e instanceof FileSystemException failed && failed.getReason() != null
        ? failed.getReason()
        : String.valueOf(e.getMessage());
  }

  private static JsonNode tree(Path file, String text) throws ConfigException {
    try {
      return new TomlMapper().readTree(text);
    } catch (JacksonException e) {
      var at = e.getLocation();
      int line = at == null ? 0 : at.getLineNr();
      String column = at == null ? "" : "in column " + at.getColumnNr() + ": ";
      Problem problem =
          new Problem(
              file,
              line,
              "",
              "not valid TOML " + column + e.getOriginalMessage(),
              "Correct that line; texts need quotes, tables stand in [brackets]");
      throw new ConfigException(List.of(problem));
    }
  }

  private static ConfigException failed(Path file, String message, String remedy) {
    return new ConfigException(List.of(new Problem(file, 0, "", message, remedy)));
  }
}

package dev.lightkeeper.cli;

import dev.lightkeeper.alert.DeliveryException;
import dev.lightkeeper.alert.Secret;
import dev.lightkeeper.alert.Trust;
import dev.lightkeeper.config.AlertSection;
import dev.lightkeeper.setup.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether what a channel for alerts needs on this host is there; nothing is sent.
 *
 * @param alert NAME
 * @param to the kind and the place, without what is secret in it
 * @param remedy what to do next; null if nothing
 */
record AlertCheck(
    String alert, String to, Verdict verdict, String message, @Nullable String remedy) {

  static AlertCheck of(AlertSection section, Map<String, String> environment) {
    String name = section.name();
    String to = AlertRoutes.shown(section);
    try {
      Path open =
          switch (section) {
            case AlertSection.Healthchecks h -> files(name, null, h.authorities(), environment);
            case AlertSection.Http h -> files(name, h.tokenFile(), h.authorities(), environment);
            case AlertSection.Smtp s -> files(name, s.passwordFile(), s.authorities(), environment);
            case AlertSection.Command c -> {
              program(Path.of(c.command().getFirst()));
              yield null;
            }
          };
      return open == null
          ? new AlertCheck(
              name, to, Verdict.OK, "not tried: `lightkeeper alert --test` sends a message", null)
          : new AlertCheck(
              name,
              to,
              Verdict.WARNING,
              "its secret in " + open + " can be read by every user",
              "chmod 600 " + open);
    } catch (DeliveryException e) {
      return new AlertCheck(name, to, Verdict.FAILED, e.what(), e.remedy());
    }
  }

  /** Returns the secret's file if everybody can read that. */
  private static @Nullable Path files(
      String name,
      @Nullable Path secret,
      @Nullable Path authorities,
      Map<String, String> environment)
      throws DeliveryException {
    if (authorities != null) {
      Trust.of(authorities).insistOnReadable();
    }
    if (secret == null) {
      return null;
    }
    Secret.of(name, secret, environment.getOrDefault("CREDENTIALS_DIRECTORY", ""))
        .insistOnReadable();
    try {
      return Files.exists(secret)
              && Files.getPosixFilePermissions(secret).contains(PosixFilePermission.OTHERS_READ)
          ? secret
          : null;
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  private static void program(Path program) throws DeliveryException {
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      throw new DeliveryException(
          program + (Files.exists(program) ? " is no program that can be run" : " is not there"),
          "put it there, executable for the user the daemon runs as",
          null);
    }
  }
}

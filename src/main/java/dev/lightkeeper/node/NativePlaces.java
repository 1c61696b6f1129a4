package dev.lightkeeper.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where LND and Core Lightning keep their data when they do not run in containers. */
public final class NativePlaces {
  // Packages' defaults, RaspiBolt (/data) and RaspiBlitz (/mnt/hdd).
  private static final List<String> SYSTEM =
      List.of(
          "var/lib/lnd",
          "data/lnd",
          "mnt/hdd/lnd",
          "mnt/hdd/app-data/lnd",
          "var/lib/lightningd",
          "var/lib/lightning",
          "data/lightningd",
          "mnt/hdd/app-data/.lightning");
  // The implementations' defaults, and Umbrel.
  private static final List<String> IN_HOMES =
      List.of(
          ".lnd",
          ".lightning",
          "umbrel/app-data/lightning/data/lnd",
          "umbrel/app-data/core-lightning/data/lightningd");

  private NativePlaces() {}

  /**
   * Every usual data directory, whether it exists or not.
   *
   * @param root the file system's root; a test's own tree otherwise
   */
  public static List<Path> under(Path root) {
    List<Path> places = new ArrayList<>();
    for (Path home : homes(root)) {
      IN_HOMES.forEach(p -> places.add(home.resolve(p)));
    }
    SYSTEM.forEach(p -> places.add(root.resolve(p)));
    return places;
  }

  private static Set<Path> homes(Path root) {
    Set<Path> homes = new LinkedHashSet<>();
    homes.add(root.resolve("root"));
    try {
      for (String line : Files.readAllLines(root.resolve("etc/passwd"))) {
        String[] fields = line.split(":", -1);
        if (fields.length >= 6 && fields[5].startsWith("/")) {
          homes.add(root.resolve(fields[5].substring(1)));
        }
      }
    } catch (IOException e) {
      // Without a readable list of accounts the usual places of homes are left.
      homes.add(root.resolve("home/lnd"));
      homes.add(root.resolve("home/lightning"));
    }
    return homes;
  }
}

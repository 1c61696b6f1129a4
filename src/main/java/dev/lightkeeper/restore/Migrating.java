package dev.lightkeeper.restore;

import dev.lightkeeper.handoff.Claiming;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * That an archive's nodes are to go on here, with their channels.
 *
 * @param state this installation's state folder: there it remembers what it claimed
 * @param installation its id
 * @param host this host's name
 * @param code the offer as it was carried by hand; null if remotes hold it
 */
public record Migrating(Path state, String installation, String host, @Nullable String code) {
  Claiming claiming() {
    return new Claiming(state, installation, host, InstantSource.system());
  }
}

package dev.lightkeeper.remote;

import java.util.List;

/**
 * What a connected remote can do.
 *
 * @param server how the server names itself, for people
 * @param fsync whether a write can be made durable before it is acknowledged
 * @param replace whether the newest's copy can be replaced atomically
 * @param remove whether files can be removed; false is a write-once remote
 * @param notes what a person should know: each missing extension and what follows from it
 */
public record Features(
    String server, boolean fsync, boolean replace, boolean remove, List<String> notes) {
  public Features {
    notes = List.copyOf(notes);
  }
}

package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.Features;
import java.util.ArrayList;
import java.util.List;

/** What a server can do, as far as it has been found out. Thread-safe. */
final class Capabilities {
  private final String server;
  private final boolean fsync;
  private final boolean statvfs;
  private volatile boolean replace;
  private volatile boolean remove = true;
  private volatile boolean noClobber = true;
  private volatile boolean reopen = true;

  Capabilities(String server, SftpWire wire) {
    this.server = server;
    this.fsync = wire.supports("fsync");
    this.replace = wire.supports("posix-rename");
    this.statvfs = wire.supports("statvfs");
  }

  boolean fsync() {
    return fsync;
  }

  boolean replace() {
    return replace;
  }

  boolean remove() {
    return remove;
  }

  void replaceRefused() {
    replace = false;
  }

  void removeRefused() {
    remove = false;
  }

  void reopenRefused() {
    reopen = false;
  }

  boolean statvfs() {
    return statvfs;
  }

  void overwrites() {
    noClobber = false;
  }

  Features features() {
    List<String> notes = new ArrayList<>();
    if (!fsync) {
      notes.add(
          "no fsync@openssh.com: after a power failure there a version may be lost; every version"
              + " is read back and compared instead, which takes several round trips");
    }
    if (!replace) {
      notes.add(
          "no posix-rename@openssh.com: <node>/channel.backup is not kept up to date; the newest"
              + " file in <node>/versions is the newest backup");
    }
    if (!remove) {
      notes.add("write-once: nothing can be removed with this key; prune with another one");
    }
    if (!statvfs) {
      notes.add("no statvfs@openssh.com: a full disk cannot be told from other failures");
    }
    if (!reopen) {
      notes.add(
          "an unfinished file cannot be opened again here: an archive goes over one connection, and"
              + " starts anew when that breaks; what is unfinished stays as archives/*.part");
    }
    if (!noClobber) {
      notes.add("a rename replaces an existing file here: nothing keeps a version from that");
    }
    return new Features(server, fsync, replace, remove, notes);
  }
}

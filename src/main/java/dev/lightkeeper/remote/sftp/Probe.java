package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.Placement.Naming;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tries what streaming needs on a file of its own. */
final class Probe {
  // Always the same: where nothing can be removed, probing leaves one file and not one each time.
  private static final byte[] CONTENT =
      "Lightkeeper tried here whether it can write.\n".getBytes(StandardCharsets.UTF_8);

  private final SftpFiles files;
  private final Placement placement;
  private final Publisher publisher;
  private final Capabilities capabilities;
  private final String path;

  Probe(
      SftpFiles files,
      RemoteLayout layout,
      Placement placement,
      Publisher publisher,
      Capabilities capabilities) {
    this.files = files;
    this.placement = placement;
    this.publisher = publisher;
    this.capabilities = capabilities;
    this.path = layout.incoming() + "/probe";
  }

  /** Writes, renames, tries to overwrite, reads back, removes. */
  void run() throws RemoteException, RefusedException, NamingRefused {
    boolean wasFree = place();
    boolean isFreeStill = place();
    if (wasFree && isFreeStill) {
      capabilities.overwrites();
    }
    byte[] back;
    try {
      back = files.read(path);
    } catch (RefusedException e) {
      if (e.missing()) {
        placement.place(CONTENT, path, Naming.FRESH); // the refusal to name it, once more, to tell
      }
      throw e;
    }
    publisher.remove(path);
    if (!Arrays.equals(back, CONTENT)) {
      throw Diagnosis.torn(path);
    }
  }

  private boolean place() throws RemoteException, RefusedException {
    try {
      placement.place(CONTENT, path, Naming.FRESH);
      return true;
    } catch (NamingRefused e) {
      return false;
    }
  }
}

package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Note;
import dev.lightkeeper.remote.Version;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where things are below a target's folder.
 *
 * @param root the folder, without a slash at its end
 */
record RemoteLayout(String root) {
  /** The suffix of files that are being written. */
  static final String PART = ".part";

  String incoming() {
    return root + "/incoming";
  }

  String archives() {
    return root + "/archives";
  }

  /** A name that nobody else uses. */
  String freshPart() {
    byte[] random = new byte[12];
    ThreadLocalRandom.current().nextBytes(random);
    return incoming() + "/" + HexFormat.of().formatHex(random) + PART;
  }

  String node(NodeName node) {
    return root + "/" + node;
  }

  String versions(NodeName node) {
    return node(node) + "/versions";
  }

  String version(NodeName node, Version version) {
    return versions(node) + "/" + version.fileName();
  }

  String notes(NodeName node) {
    return node(node) + "/" + Note.FOLDER;
  }

  String newest(NodeName node) {
    return node(node) + "/" + Version.FILE;
  }
}

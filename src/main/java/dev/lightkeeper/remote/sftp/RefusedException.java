package dev.lightkeeper.remote.sftp;

import net.schmizz.sshj.sftp.Response.StatusCode;

/** The server answered a request with a status other than OK. The connection is sound. */
final class RefusedException extends Exception {
  private final StatusCode code;
  private final String operation;
  private final String path;

  /**
   * @param operation what was asked for, as a verb
   * @param said the server's own words
   */
  RefusedException(StatusCode code, String operation, String path, String said) {
    super(said);
    this.code = code;
    this.operation = operation;
    this.path = path;
  }

  StatusCode code() {
    return code;
  }

  String operation() {
    return operation;
  }

  String path() {
    return path;
  }

  /** The server's own words. */
  String said() {
    String message = String.valueOf(getMessage());
    return message.isBlank() ? code.toString() : message;
  }

  boolean missing() {
    return code == StatusCode.NO_SUCH_FILE || code == StatusCode.NO_SUCH_PATH;
  }

  /** Whether the server will refuse this operation on any path, as far as a status can tell. */
  boolean forbidden() {
    return code == StatusCode.PERMISSION_DENIED || code == StatusCode.OP_UNSUPPORTED;
  }
}

package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;

/**
 * Turns a server's refusal into words and a kind. SFTP version 3 says no more than "Failure" for a
 * full disk or a read-only one, so the file system itself is asked (statvfs@openssh.com).
 */
final class Diagnosis {
  private static final int STATVFS_NUMBERS = 11; // OpenSSH's PROTOCOL file, section 4.4
  private static final int READ_ONLY = 1;

  private final SftpFiles files;
  private final RemoteLayout layout;
  private final String location;

  Diagnosis(SftpFiles files, RemoteLayout layout, String location) {
    this.files = files;
    this.layout = layout;
    this.location = location;
  }

  /** The failure of a request that was to store {@code size} bytes; 0 if it stores nothing. */
  RemoteException explain(RefusedException refused, int size) {
    return switch (refused.code()) {
      case NO_SUCH_FILE, NO_SUCH_PATH ->
          failure(Kind.NOT_FOUND, refused, "see whether it, or the folder it is in, exists there");
      case PERMISSION_DENIED, WRITE_PROTECT ->
          failure(
              Kind.PERMISSION,
              refused,
              "make the account the owner of the folder on the server: chown -R, chmod u+rwx");
      case FILE_CORRUPT, EOF -> torn(refused.path());
      case NO_SPACE_ON_FILESYSTEM, QUOTA_EXCEEDED -> full(refused);
      case FAILURE -> size > 0 ? explainFailure(refused, size) : unexplained(refused);
      default -> unexplained(refused);
    };
  }

  /** The failure to read back what a name promises. */
  static RemoteException torn(String path) {
    return new RemoteException(
        Kind.TORN,
        path + " does not hold what its name promises: it was cut short or changed",
        "use another version or remote",
        null);
  }

  private RemoteException explainFailure(RefusedException refused, int size) {
    if (!files.wire().supports("statvfs")) {
      return unexplained(refused);
    }
    try {
      long[] fs = files.numbers(files.statvfs(layout.root()), STATVFS_NUMBERS, layout.root());
      long free = fs[1] * fs[4];
      long freeInodes = fs[7];
      long inodes = fs[5];
      if ((fs[9] & READ_ONLY) != 0) {
        return failure(
            Kind.PERMISSION, refused, "its file system is read-only: see the server's kernel log");
      }
      return free <= size || (inodes > 0 && freeInodes == 0) ? full(refused) : unexplained(refused);
    } catch (RefusedException e) {
      return unexplained(refused);
    } catch (RemoteException e) {
      return e;
    }
  }

  private RemoteException full(RefusedException refused) {
    return new RemoteException(
        Kind.NO_SPACE,
        "No space is left at " + location + ": the server could not " + words(refused),
        "free space there or enlarge the quota",
        refused);
  }

  private RemoteException unexplained(RefusedException refused) {
    return failure(Kind.FAILED, refused, "see the server's log, and its quota");
  }

  private RemoteException failure(Kind kind, RefusedException refused, String remedy) {
    return new RemoteException(
        kind, "The server of " + location + " could not " + words(refused), remedy, refused);
  }

  private static String words(RefusedException refused) {
    return "%s %s: %s".formatted(refused.operation(), refused.path(), refused.said());
  }
}

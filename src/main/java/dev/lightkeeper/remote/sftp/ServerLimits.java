package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What a server takes (limits@openssh.com, OpenSSH's PROTOCOL file, section 4.8).
 *
 * @param read bytes in one READ
 * @param write bytes in one WRITE
 * @param handles open files; 0 is unknown
 */
record ServerLimits(int read, int write, long handles) {
  private static final int EVERY_SERVER = 32 << 10;
  private static final int MOST = 255 << 10;

  /** What a reply to the question says; what every server takes if it was not asked or refuses. */
  static ServerLimits of(SftpFiles files, @Nullable Reply reply) throws RemoteException {
    try {
      long[] said = reply == null ? new long[4] : files.numbers(reply, 4, "limits");
      return new ServerLimits(bytes(said[1]), bytes(said[2]), said[3]);
    } catch (RefusedException e) {
      return new ServerLimits(EVERY_SERVER, EVERY_SERVER, 0);
    }
  }

  private static int bytes(long said) {
    return said <= 0 ? EVERY_SERVER : Math.clamp(said, 4096, MOST);
  }
}

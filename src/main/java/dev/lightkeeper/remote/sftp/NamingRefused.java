package dev.lightkeeper.remote.sftp;

/** Content was written, but the server would not give it its name: it may be taken. */
final class NamingRefused extends Exception {
  private final RefusedException refusal;

  NamingRefused(RefusedException refusal) {
    super(refusal);
    this.refusal = refusal;
  }

  RefusedException refusal() {
    return refusal;
  }
}

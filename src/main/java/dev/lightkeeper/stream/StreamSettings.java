package dev.lightkeeper.stream;

/**
 * How streaming behaves. Times in milliseconds, sizes in bytes.
 *
 * @param window publishes under way at once on one remote
 * @param backlog versions older than the newest that may wait, for one node on one remote
 * @param spoolAfter how long a version may be nowhere durable before it is spooled; shorter than a
 *     person can act, longer than a healthy remote takes
 * @param spoolLimit what the spool may hold
 * @param memoryLimit contents kept in memory besides each node's newest
 * @param retryFirst the first wait after a failure; doubles up to {@code retryMost}, each ±25 %
 * @param replaceEvery the shortest time between two replacements of a convenience copy
 * @param auditEvery how often the writers of each node are looked at
 * @param reconcileEvery how often each node's folder is listed
 * @param signLasts how long a sign of another writer keeps its alert up
 */
public record StreamSettings(
    int window,
    int backlog,
    long spoolAfter,
    long spoolLimit,
    long memoryLimit,
    long retryFirst,
    long retryMost,
    long replaceEvery,
    long auditEvery,
    long reconcileEvery,
    long signLasts) {
  /** What holds unless the configuration says otherwise. */
  public static final StreamSettings DEFAULT =
      new StreamSettings(
          64, 256, 2_000, 256L << 20, 8L << 20, 500, 30_000, 1_000, 60_000, 600_000, 3_600_000);

  /** The same with another spool limit. */
  public StreamSettings withSpoolLimit(long bytes) {
    return new StreamSettings(
        window,
        backlog,
        spoolAfter,
        bytes,
        memoryLimit,
        retryFirst,
        retryMost,
        replaceEvery,
        auditEvery,
        reconcileEvery,
        signLasts);
  }
}

package dev.lightkeeper.deployment;

import org.jspecify.annotations.Nullable;

/**
 * The BTCPay Server stack did not do what was asked. Says what happened, to which thing, and what
 * to do next; never holds a secret.
 */
public final class DeploymentException extends Exception {
  /** The kinds that callers tell apart. */
  public enum Kind {
    /** Only root may do this. */
    NOT_ROOT,
    /** There is no Docker Engine here, or none is running. */
    NO_DOCKER,
    /** The Docker Engine does not answer, or its answer makes no sense. */
    DOCKER_SILENT,
    /** There is no BTCPay Server deployment on this host. */
    NO_DEPLOYMENT,
    /** The profile script or what it exports is missing or wrong. */
    ENVIRONMENT,
    /** There are two where there must be one. */
    AMBIGUOUS,
    /** A volume is not where Docker keeps volumes; nothing below it may be touched. */
    UNEXPECTED_VOLUMES,
    /** A database does not start or is not ready. */
    DATABASE,
    /** A database dump failed or is not complete. */
    DUMP,
    /** Loading a database dump failed. */
    LOAD,
    /** docker-compose is missing or failed. */
    COMPOSE,
    /** Containers could not be stopped or paused; what was stopped is up again. */
    QUIESCE,
    /** Containers that were stopped are not up again. The journal is kept. */
    RESUME,
    /** The journal of what was stopped cannot be read or written. */
    JOURNAL,
    /** This thread was interrupted; it still is. */
    INTERRUPTED,
    /** Any other answer of the Docker Engine. */
    FAILED
  }

  private final Kind kind;
  private final String remedy;

  /**
   * @param what what happened, to which thing: one sentence without a full stop
   * @param remedy what the person can do next: one sentence without a full stop
   */
  public DeploymentException(Kind kind, String what, String remedy, @Nullable Throwable cause) {
    super(what, cause);
    this.kind = kind;
    this.remedy = remedy;
  }

  /** The same without a cause. */
  public DeploymentException(Kind kind, String what, String remedy) {
    this(kind, what, remedy, null);
  }

  /** Which kind of failure this is. */
  public Kind kind() {
    return kind;
  }

  /** What happened, to which thing. */
  public String what() {
    return String.valueOf(getMessage());
  }

  /** What the person can do next. */
  public String remedy() {
    return remedy;
  }
}

package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import net.schmizz.concurrent.Promise;
import net.schmizz.sshj.sftp.PacketType;
import net.schmizz.sshj.sftp.Request;
import net.schmizz.sshj.sftp.Response;
import net.schmizz.sshj.sftp.SFTPEngine;
import net.schmizz.sshj.sftp.SFTPException;
import org.jspecify.annotations.Nullable;

/**
 * Requests and their replies, pipelined, with deadlines. The first transport failure or overdue
 * reply kills the connection, and everything that waits or comes later fails at once.
 *
 * <p>A reply is overdue when the server has answered nothing at all for {@link #SILENCE} while
 * something was asked, or when this one took {@link #LIMIT}: a busy disk behind many requests is no
 * dead peer.
 */
final class SftpWire {
  static final Duration SILENCE = Duration.ofSeconds(8);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration GLANCE = Duration.ofMillis(800);
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private final SshLink link;
  private final SFTPEngine engine;
  private final String location;
  private final Set<Reply> pending = ConcurrentHashMap.newKeySet();
  private final Semaphore asked = new Semaphore(0);
  private volatile long lastAnswer = System.nanoTime();
  private volatile @Nullable Throwable death;
  private volatile Consumer<RemoteException> whenDead = _ -> {};

  /** A reply that is to come. */
  static final class Reply {
    private final long sentAt = System.nanoTime();
    private volatile @Nullable Promise<Response, SFTPException> promise;
  }

  SftpWire(SshLink link, SFTPEngine engine, String location) {
    this.link = link;
    this.engine = engine;
    this.location = location;
    link.whenLost(() -> die(new IOException("the server closed the connection or went silent")));
    Thread.ofVirtual().name("sftp-deadlines").start(this::watch);
  }

  boolean alive() {
    return death == null && link.connected();
  }

  /** Has {@code tell} told why once the connection is dead; now, if it is. */
  void whenDead(Consumer<RemoteException> tell) {
    whenDead = tell;
    if (!alive()) {
      tell.accept(broken());
    }
  }

  boolean supports(String openSshExtension) {
    return engine.supportsServerExtension(openSshExtension, "openssh.com");
  }

  /** Sends without waiting for the reply. */
  Reply send(PacketType type, UnaryOperator<Request> body) throws RemoteException {
    return transmit(body.apply(engine.newRequest(type)));
  }

  /** Sends one of OpenSSH's extensions (its PROTOCOL file, section 4). */
  Reply sendExtended(String name, UnaryOperator<Request> body) throws RemoteException {
    return transmit(body.apply(engine.newExtendedRequest(name + "@openssh.com")));
  }

  private Reply transmit(Request request) throws RemoteException {
    failIfDead();
    Reply reply = new Reply();
    pending.add(reply); // before the write, which may block: the deadline covers it too
    asked.release();
    try {
      reply.promise = engine.request(request);
    } catch (IOException e) {
      throw die(e);
    } catch (IndexOutOfBoundsException e) {
      // sshj, where another thread's write on the same channel failed half way
      throw die(new IOException("it broke in the middle of a request", e));
    }
    failIfDead();
    return reply;
  }

  /** Waits for the reply. */
  Response await(Reply reply) throws RemoteException {
    Promise<Response, SFTPException> promise = reply.promise;
    if (promise == null) {
      throw new IllegalStateException("never sent");
    }
    try {
      Response response = promise.retrieve(LIMIT.toMillis() + 1_000, TimeUnit.MILLISECONDS);
      lastAnswer = System.nanoTime();
      pending.remove(reply);
      return response;
    } catch (SFTPException e) {
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new RemoteException(
            Kind.FAILED, "A transfer to " + location + " was cancelled", "try again", e);
      }
      throw die(e);
    }
  }

  /** Whether the reply is there, so that waiting for it takes no time. */
  static boolean arrived(Reply reply) {
    Promise<Response, SFTPException> promise = reply.promise;
    return promise != null && promise.isFulfilled();
  }

  /** Ends the connection at once; everything that waits fails. */
  RemoteException die(Throwable cause) {
    boolean first;
    synchronized (this) {
      first = death == null;
      if (first) {
        death = cause;
      }
    }
    link.cut();
    asked.release();
    for (Reply reply : pending) {
      Promise<Response, SFTPException> promise = reply.promise;
      if (promise != null && !promise.isFulfilled()) {
        promise.deliverError(new SFTPException("the connection broke"));
      }
    }
    pending.clear();
    RemoteException broken = broken();
    if (first) {
      whenDead.accept(broken);
    }
    return broken;
  }

  private void failIfDead() throws RemoteException {
    if (death != null) {
      throw die(new IOException("the connection broke"));
    }
    if (!link.connected()) {
      throw die(new IOException("the server closed the connection"));
    }
  }

  private RemoteException broken() {
    Throwable cause = death;
    String why = cause == null ? "closed" : Causes.of(cause);
    return new RemoteException(
        Kind.UNREACHABLE,
        "The connection to " + location + " broke: " + why,
        "see whether the server runs and the network is up; connect again",
        cause);
  }

  private void watch() {
    try {
      while (alive()) {
        if (pending.isEmpty()) {
          var _ = asked.tryAcquire(LONGEST_REST.toMillis(), TimeUnit.MILLISECONDS);
        }
        Thread.sleep(GLANCE);
        var _ = asked.drainPermits();
        pending.removeIf(this::answered);
        long now = System.nanoTime();
        for (Reply reply : pending) {
          long silence = now - Math.max(reply.sentAt, lastAnswer);
          if (silence > SILENCE.toNanos() || now - reply.sentAt > LIMIT.toNanos()) {
            die(new IOException("no answer for " + SILENCE.toSeconds() + " seconds"));
          }
        }
      }
      die(new IOException("the server closed the connection or stopped answering"));
    } catch (InterruptedException e) {
      die(e);
    }
  }

  private boolean answered(Reply reply) {
    if (!arrived(reply)) {
      return false;
    }
    lastAnswer = System.nanoTime();
    return true;
  }
}

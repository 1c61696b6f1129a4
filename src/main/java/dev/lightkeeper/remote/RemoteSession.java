package dev.lightkeeper.remote;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * One live connection to a remote.
 *
 * <p>Every method may be called from several threads at once; implementations pipeline such calls
 * rather than queue them. Every method takes a bounded time and then fails with UNREACHABLE; after
 * such a failure the session is dead: every further call fails the same way, at once. No method
 * retries: that is the caller's decision.
 */
public interface RemoteSession extends AutoCloseable {
  /** What this server can do, as far as is known by now. */
  Features features();

  /** Whether the connection still answers, as far as is known without asking. */
  boolean alive();

  /**
   * Has {@code tell} told why as soon as the connection is known to be dead, on any thread; it
   * returns at once. A session that finds out only when it is asked never tells.
   */
  default void whenDead(Consumer<RemoteException> tell) {}

  /**
   * Tries all that streaming needs, on a probe file of its own: write, fsync, rename without
   * overwriting, read back, and remove where that is allowed.
   *
   * @return what was found; {@link #features} answers the same from then on
   */
  Features probe() throws RemoteException;

  /** Makes the folders of {@code node}. Repeating it is harmless. */
  void prepare(NodeName node) throws RemoteException;

  /** The nodes that have a folder here, in order of name. */
  List<NodeName> nodes() throws RemoteException;

  /**
   * The versions that file names state, oldest first; empty when the node has no folder. Contents
   * are not read: {@link #read} tells a version from a torn file.
   */
  List<Version> versions(NodeName node) throws RemoteException;

  /**
   * Puts a version there: when this returns, content and name are as durable as the server can make
   * them. Repeating it is harmless. An existing file is never overwritten; if the name is taken by
   * a torn file, that file is removed, or where it cannot be, the version goes to {@link
   * Version#renamed}. Call {@link #prepare} for the node first.
   *
   * @return the version by the name it has there: {@code version}, or what it was renamed to
   * @throws RemoteException if any step failed: the version may then be there or not, and a file of
   *     its name may be torn
   */
  Version publish(NodeName node, Version version, ChannelBackup backup) throws RemoteException;

  /**
   * Reads a version back.
   *
   * @throws RemoteException of kind NOT_FOUND, or of kind TORN if the content does not match
   */
  ChannelBackup read(NodeName node, Version version) throws RemoteException;

  /**
   * Replaces the convenience copy {@code <node>/channel.backup}, atomically.
   *
   * @return false if this server refuses to replace files (a write-once remote): not an error
   */
  boolean replaceNewest(NodeName node, ChannelBackup backup) throws RemoteException;

  /** The writers that ever announced themselves for {@code node}, in the order of their time. */
  List<Writer> writers(NodeName node) throws RemoteException;

  /**
   * Announces a writer in a file of its own, {@code <node>/writer-<millis>-<id>.json}, which is
   * never replaced: two that announce at once both stay. Where the server allows it, {@code
   * writer.json} is replaced as well, for people.
   */
  void announce(NodeName node, Writer writer) throws RemoteException;

  /**
   * Announces {@code me} behind all others, whatever their clocks say; nothing if it is the last
   * already. Makes the node's folder.
   */
  default void announceLast(NodeName node, Writer me) throws RemoteException {
    prepare(node);
    List<Writer> before = writers(node);
    if (!before.isEmpty() && before.getLast().id().equals(me.id())) {
      return;
    }
    Instant since = me.since();
    for (Writer other : before) {
      since = since.isAfter(other.since()) ? since : other.since().plusMillis(1);
    }
    announce(node, new Writer(me.id(), me.host(), since));
  }

  /**
   * Puts a note into {@code <node>/handoff/}, unless something has its name: of two that keep one
   * under the same name at the same instant, one alone succeeds. Makes the folder. Repeating it is
   * harmless.
   *
   * @return whether the note is there, durably: kept now, or before with the very same text; false
   *     if something else has its name, which stays as it is
   * @throws RemoteException if any step failed: the note may then be there, torn or not
   */
  boolean keepOnce(NodeName node, Note note) throws RemoteException;

  /** Every note of {@code node}, torn ones too, in order of name; none without a folder. */
  List<Note> notes(NodeName node) throws RemoteException;

  /** Closes the connection; never throws, never waits longer than a second. */
  @Override
  void close();
}

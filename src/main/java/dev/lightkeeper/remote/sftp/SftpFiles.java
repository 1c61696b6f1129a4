package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.schmizz.sshj.common.Buffer.BufferException;
import net.schmizz.sshj.sftp.FileAttributes;
import net.schmizz.sshj.sftp.PacketType;
import net.schmizz.sshj.sftp.Response;
import net.schmizz.sshj.sftp.Response.StatusCode;
import net.schmizz.sshj.sftp.SFTPException;

/**
 * The requests of SFTP version 3 (draft-ietf-secsh-filexfer-02) and OpenSSH's extensions to it, and
 * what their replies mean. Methods that return a {@link Reply} do not wait.
 */
final class SftpFiles {
  private static final int READ = 1;
  private static final int WRITE_CREATE_EXCLUSIVE = 0x02 | 0x08 | 0x20;
  private static final int WRITE = 0x02;
  private static final int CHUNK = 32 << 10; // what every server takes
  private static final int READS_AHEAD = 16;
  // Nobody writes to a file again once it has its name: 0400 keeps a write-once server's promise
  // where the server lets an owner open his files for writing.
  private static final FileAttributes READ_ONLY =
      new FileAttributes.Builder().withPermissions(0400).build();
  private static final FileAttributes PRIVATE_FILE =
      new FileAttributes.Builder().withPermissions(0600).build();
  private static final FileAttributes PRIVATE_FOLDER =
      new FileAttributes.Builder().withPermissions(0700).build();

  private final SftpWire wire;

  /** A name in a folder and its attributes. */
  record Entry(String name, FileAttributes attributes) {}

  SftpFiles(SftpWire wire) {
    this.wire = wire;
  }

  SftpWire wire() {
    return wire;
  }

  Reply create(String path) throws RemoteException {
    return wire.send(
        PacketType.OPEN,
        r -> r.putString(path).putUInt32(WRITE_CREATE_EXCLUSIVE).putFileAttributes(READ_ONLY));
  }

  Reply write(byte[] handle, byte[] content, int offset, int length) throws RemoteException {
    return wire.send(
        PacketType.WRITE,
        r -> r.putString(handle).putUInt64(offset).putString(content, offset, length));
  }

  /** Creates a file that other connections can write to as well, where {@code shared}. */
  Reply create(String path, boolean shared) throws RemoteException {
    return wire.send(
        PacketType.OPEN,
        r ->
            r.putString(path)
                .putUInt32(WRITE_CREATE_EXCLUSIVE)
                .putFileAttributes(shared ? PRIVATE_FILE : READ_ONLY));
  }

  /** Opens for writing what is there. */
  Reply reopen(String path) throws RemoteException {
    return wire.send(
        PacketType.OPEN,
        r -> r.putString(path).putUInt32(WRITE).putFileAttributes(FileAttributes.EMPTY));
  }

  /** Writes the first {@code length} bytes of {@code content} at {@code position} of the file. */
  Reply writeAt(byte[] handle, long position, byte[] content, int length) throws RemoteException {
    return wire.send(
        PacketType.WRITE,
        r -> r.putString(handle).putUInt64(position).putString(content, 0, length));
  }

  Reply readAt(byte[] handle, long position, int length) throws RemoteException {
    return wire.send(
        PacketType.READ, r -> r.putString(handle).putUInt64(position).putUInt32(length));
  }

  /** Waits for the bytes of a READ: some, at least one. */
  byte[] data(Reply reply, String path) throws RemoteException, RefusedException {
    try {
      Response response = expect(reply, PacketType.DATA, "read", path);
      // Not readBytes: it refuses more than 32 KiB.
      int length = response.readUInt32AsInt();
      if (length < 0 || length > response.available()) {
        throw new BufferException(length + " bytes are announced, and others came");
      }
      byte[] data = new byte[length];
      response.readRawBytes(data);
      if (data.length == 0) {
        throw new RefusedException(StatusCode.EOF, "read", path, "it ends early");
      }
      return data;
    } catch (BufferException e) {
      throw wire.die(e);
    }
  }

  Reply fsync(byte[] handle) throws RemoteException {
    return wire.sendExtended("fsync", r -> r.putString(handle));
  }

  Reply close(byte[] handle) throws RemoteException {
    return wire.send(PacketType.CLOSE, r -> r.putString(handle));
  }

  /** OpenSSH refuses to rename onto an existing name here: the no-clobber primitive. */
  Reply rename(String from, String to) throws RemoteException {
    return wire.send(PacketType.RENAME, r -> r.putString(from).putString(to));
  }

  Reply replace(String from, String to) throws RemoteException {
    return wire.sendExtended("posix-rename", r -> r.putString(from).putString(to));
  }

  Reply remove(String path) throws RemoteException {
    return wire.send(PacketType.REMOVE, r -> r.putString(path));
  }

  Reply makeFolder(String path) throws RemoteException {
    return wire.send(PacketType.MKDIR, r -> r.putString(path).putFileAttributes(PRIVATE_FOLDER));
  }

  Reply stat(String path) throws RemoteException {
    return wire.send(PacketType.STAT, r -> r.putString(path));
  }

  Reply statvfs(String path) throws RemoteException {
    return wire.sendExtended("statvfs", r -> r.putString(path));
  }

  Reply limits() throws RemoteException {
    return wire.sendExtended("limits", r -> r);
  }

  int chunk() {
    return CHUNK;
  }

  /** Waits for a status and insists on OK. */
  void ok(Reply reply, String operation, String path) throws RemoteException, RefusedException {
    expect(reply, PacketType.STATUS, operation, path);
  }

  /** Waits for a handle. */
  byte[] handle(Reply reply, String operation, String path)
      throws RemoteException, RefusedException {
    try {
      return expect(reply, PacketType.HANDLE, operation, path).readBytes();
    } catch (BufferException e) {
      throw wire.die(e);
    }
  }

  /** Waits for attributes. */
  FileAttributes attributes(Reply reply, String path) throws RemoteException, RefusedException {
    try {
      return expect(reply, PacketType.ATTRS, "look at", path).readFileAttributes();
    } catch (SFTPException e) {
      throw wire.die(e);
    }
  }

  /** Waits for {@code count} numbers of an extended reply. */
  long[] numbers(Reply reply, int count, String path) throws RemoteException, RefusedException {
    Response response = expect(reply, PacketType.EXTENDED_REPLY, "ask about", path);
    long[] numbers = new long[count];
    try {
      for (int i = 0; i < count; i++) {
        numbers[i] = response.readUInt64AsBigInteger().longValue();
      }
    } catch (BufferException e) {
      throw wire.die(e);
    }
    return numbers;
  }

  /** What a folder holds, without {@code .} and {@code ..}. */
  List<Entry> list(String folder) throws RemoteException, RefusedException {
    byte[] handle = handle(wire.send(PacketType.OPENDIR, r -> r.putString(folder)), "list", folder);
    List<Entry> entries = new ArrayList<>();
    Deque<Reply> ahead = new ArrayDeque<>();
    int depth = 2; // a small folder is one answer and the end
    try {
      while (true) {
        while (ahead.size() < depth) {
          ahead.add(wire.send(PacketType.READDIR, r -> r.putString(handle)));
        }
        depth = 8;
        Response names = expect(ahead.remove(), PacketType.NAME, "list", folder);
        for (int left = names.readUInt32AsInt(); left > 0; left--) {
          String name = names.readString();
          names.readString(); // the long form, for people
          FileAttributes attributes = names.readFileAttributes();
          if (!name.equals(".") && !name.equals("..")) {
            entries.add(new Entry(name, attributes));
          }
        }
      }
    } catch (RefusedException e) {
      if (e.code() != StatusCode.EOF) {
        throw e;
      }
    } catch (BufferException | SFTPException e) {
      throw wire.die(e);
    } finally {
      close(handle);
    }
    return entries;
  }

  /** A file's content; refuses one larger than any channel backup. */
  byte[] read(String path) throws RemoteException, RefusedException {
    byte[] handle = handle(open(path), "read", path);
    try {
      Reply stat = wire.send(PacketType.FSTAT, r -> r.putString(handle));
      Deque<Reply> ahead = new ArrayDeque<>();
      for (int i = 0; i < READS_AHEAD; i++) {
        ahead.add(readChunk(handle, (long) i * CHUNK));
      }
      long size = attributes(stat, path).getSize();
      if (size > ChannelBackup.MAX_SIZE) {
        throw new RefusedException(
            StatusCode.FILE_CORRUPT, "read", path, size + " bytes are too many");
      }
      return assemble(handle, path, (int) size, ahead);
    } finally {
      close(handle);
    }
  }

  /** Opens for reading. */
  Reply open(String path) throws RemoteException {
    return wire.send(
        PacketType.OPEN,
        r -> r.putString(path).putUInt32(READ).putFileAttributes(FileAttributes.EMPTY));
  }

  private byte[] assemble(byte[] handle, String path, int size, Deque<Reply> ahead)
      throws RemoteException, RefusedException {
    byte[] content = new byte[size];
    long asked = (long) ahead.size() * CHUNK;
    for (int chunk = 0; chunk < size; chunk += CHUNK) {
      int end = Math.min(size, chunk + CHUNK);
      int at = chunk + take(ahead.remove(), path, content, chunk, end);
      while (at < end) { // a server may send less than was asked for
        at += take(readChunk(handle, at), path, content, at, end);
      }
      if (asked < size) {
        ahead.add(readChunk(handle, asked));
        asked += CHUNK;
      }
    }
    return content;
  }

  private int take(Reply reply, String path, byte[] content, int from, int to)
      throws RemoteException, RefusedException {
    try {
      byte[] data = expect(reply, PacketType.DATA, "read", path).readBytes();
      int length = Math.min(data.length, to - from);
      if (length == 0) {
        throw new RefusedException(StatusCode.EOF, "read", path, "it ends early");
      }
      System.arraycopy(data, 0, content, from, length);
      return length;
    } catch (BufferException e) {
      throw wire.die(e);
    }
  }

  private Reply readChunk(byte[] handle, long offset) throws RemoteException {
    return wire.send(PacketType.READ, r -> r.putString(handle).putUInt64(offset).putUInt32(CHUNK));
  }

  private Response expect(Reply reply, PacketType type, String operation, String path)
      throws RemoteException, RefusedException {
    Response response = wire.await(reply);
    try {
      if (response.getType() == PacketType.STATUS) {
        StatusCode code = response.readStatusCode();
        if (code == StatusCode.OK && type == PacketType.STATUS) {
          return response;
        }
        String said = response.available() > 0 ? response.readString() : "";
        throw new RefusedException(code, operation, path, said);
      }
      if (response.getType() != type) {
        throw wire.die(new SFTPException("an answer of the wrong kind: " + response.getType()));
      }
      return response;
    } catch (BufferException | SFTPException e) {
      throw wire.die(e);
    }
  }
}

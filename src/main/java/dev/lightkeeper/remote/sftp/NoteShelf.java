package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Note;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.Placement.Naming;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.schmizz.sshj.sftp.Response.StatusCode;

/** A node's notes: each created by one alone, and never replaced. */
final class NoteShelf {
  private final SftpFiles files;
  private final RemoteLayout layout;
  private final Placement placement;
  private final Capabilities capabilities;

  NoteShelf(SftpFiles files, RemoteLayout layout, Placement placement, Capabilities capabilities) {
    this.files = files;
    this.layout = layout;
    this.placement = placement;
    this.capabilities = capabilities;
  }

  /** Whether the note is there now. */
  boolean keepOnce(NodeName node, Note note)
      throws RemoteException, RefusedException, NamingRefused {
    String path = layout.notes(node) + "/" + note.name();
    // Refused where they are there; where they are not and cannot be made, the file says why.
    Reply madeNode = files.makeFolder(layout.node(node));
    Reply madeNotes = files.makeFolder(layout.notes(node));
    settle(madeNode, layout.node(node));
    settle(madeNotes, layout.notes(node));
    try {
      if (capabilities.fsync()) {
        // OpenSSH's rename is a link(2): of two, one alone succeeds.
        placement.place(note.content(), path, Naming.FRESH);
      } else {
        createExclusively(note, path);
      }
    } catch (NamingRefused e) {
      return sameOr(note, path, e.refusal());
    } catch (RefusedException e) {
      return sameOr(note, path, e);
    }
    return same(note, path);
  }

  /** What is there decides; if nothing is, it was refused for another reason. */
  private boolean sameOr(Note note, String path, RefusedException refusal)
      throws RemoteException, RefusedException {
    try {
      return same(note, path);
    } catch (RefusedException e) {
      throw e.missing() ? refusal : e;
    }
  }

  private boolean same(Note note, String path) throws RemoteException, RefusedException {
    try {
      return Arrays.equals(files.read(path), note.content());
    } catch (RefusedException e) {
      if (unreadable(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Nothing is promised of such a server's rename; opening exclusively is in the protocol. */
  private void createExclusively(Note note, String path) throws RemoteException, RefusedException {
    byte[] handle = files.handle(files.create(path), "create", path);
    byte[] content = note.content();
    Reply written = files.write(handle, content, 0, content.length);
    Reply closed = files.close(handle);
    files.ok(written, "write", path);
    files.ok(closed, "close", path);
  }

  List<Note> notes(NodeName node) throws RemoteException, RefusedException {
    List<Note> notes = new ArrayList<>();
    for (String name : names(layout.notes(node))) {
      String path = layout.notes(node) + "/" + name;
      try {
        notes.add(Note.of(name, files.read(path)));
      } catch (RefusedException e) {
        if (!unreadable(e)) {
          throw e;
        }
        // Its name alone says something: see who reads notes.
        notes.add(new Note(name, ""));
      }
    }
    return notes;
  }

  private List<String> names(String folder) throws RemoteException, RefusedException {
    try {
      return files.list(folder).stream()
          .map(SftpFiles.Entry::name)
          .filter(Note::isName)
          .sorted()
          .toList();
    } catch (RefusedException e) {
      if (e.missing()) {
        return List.of();
      }
      throw e;
    }
  }

  private static boolean unreadable(RefusedException e) {
    return e.code() == StatusCode.EOF || e.code() == StatusCode.FILE_CORRUPT;
  }

  private void settle(Reply made, String folder) throws RemoteException {
    try {
      files.ok(made, "make the folder", folder);
    } catch (RefusedException e) {
      // It is there, or placing the file fails and says why.
    }
  }
}

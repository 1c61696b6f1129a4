package dev.lightkeeper.restore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps the disk in step with the writing of large files. The disk begins with each part at once,
 * and what is on it leaves the page cache: a restore of any size takes a few parts' memory from
 * whatever runs meanwhile, and leaves little to wait for at its end.
 */
final class WriteOut {
  private static final long PART = 16L << 20;
  private static final long SMALL = 1 << 20; // such files go with the rest, at the end
  private static final int UNDER_WAY = 4;

  private final SystemCalls system;
  private final byte[] incoming;
  private final List<Part> parts = new ArrayList<>();
  private int ofIncoming; // the last parts
  private long begun;

  private static final class Part {
    private byte[] path;
    private final long from;
    private final long length;

    Part(byte[] path, long from, long length) {
      this.path = path;
      this.from = from;
      this.length = length;
    }
  }

  /**
   * @param incoming where each file is written, before it gets its own place
   */
  WriteOut(SystemCalls system, byte[] incoming) {
    this.system = system;
    this.incoming = incoming;
  }

  /** The incoming file was written up to {@code at}. */
  void reached(long at) throws IOException {
    if (at - begun >= PART) {
      begin(incoming, at);
    }
  }

  /** The incoming file was moved to {@code path}, whole. */
  void settled(byte[] path, long size) throws IOException {
    for (Part part : parts.subList(parts.size() - ofIncoming, parts.size())) {
      part.path = path;
    }
    if (size >= SMALL && size > begun) {
      begin(path, size);
    }
    begun = 0;
    ofIncoming = 0;
  }

  /** What was at {@code from} is at {@code to} now. */
  void moved(byte[] from, byte[] to) {
    for (Part part : parts) {
      if (Arrays.equals(part.path, from)) {
        part.path = to;
      }
    }
  }

  private void begin(byte[] path, long to) throws IOException {
    Part part = new Part(path, begun, to - begun);
    system.startWriting(path, part.from, part.length);
    parts.add(part);
    begun = to;
    ofIncoming = Math.min(ofIncoming + 1, UNDER_WAY);
    if (parts.size() > UNDER_WAY) {
      Part oldest = parts.removeFirst();
      system.finishWriting(oldest.path, oldest.from, oldest.length);
    }
  }
}

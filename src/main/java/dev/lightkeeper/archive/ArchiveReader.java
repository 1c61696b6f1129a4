package dev.lightkeeper.archive;

import dev.lightkeeper.archive.ArchiveException.Kind;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads archives: ours, and those of BTCPay Server's scripts ({@code tar -cz}, {@code gpg
 * --symmetric}).
 *
 * <p>Whether an archive is whole and unchanged is known at its end alone. What a visitor was given
 * must not be trusted, shown or put in place before {@link #read} has returned.
 */
public final class ArchiveReader {
  private final Path file;
  private final @Nullable Passphrase passphrase;

  /**
   * @param passphrase null if there is none; not used if the archive is not encrypted
   */
  public ArchiveReader(Path file, @Nullable Passphrase passphrase) {
    this.file = file;
    this.passphrase = passphrase;
  }

  /** An input that failed, as apart from a visitor that did. */
  private static final class Damage extends IOException {
    private final Exception found;

    Damage(Exception found) {
      super(String.valueOf(found.getMessage()), found);
      this.found = found;
    }
  }

  /**
   * Reads all of it, giving every entry to {@code visitor}; the archive was found whole if this
   * returns.
   *
   * @return the file as it was read
   * @throws ArchiveException PASSPHRASE_NEEDED, WRONG_PASSPHRASE, TRUNCATED, CORRUPT, UNPROTECTED
   * @throws IOException if the file cannot be read, or what the visitor throws
   * @throws InterruptedIOException if this thread was interrupted
   */
  public ArchiveFile read(EntryVisitor visitor, ArchiveProgress progress)
      throws IOException, ArchiveException {
    MessageDigest digest = Hashing.sha256();
    try (InputStream opened = Files.newInputStream(file);
        Counted counted = new Counted(new DigestInputStream(opened, digest))) {
      try {
        readFrom(new BufferedInputStream(counted, 1 << 16), visitor, progress);
      } catch (Damage e) {
        Exception cause = e.found instanceof Damage inner ? inner.found : e.found;
        if (cause instanceof InterruptedIOException interrupted) {
          throw interrupted;
        }
        throw damaged(cause, counted.bytes);
      }
      return new ArchiveFile(
          Objects.requireNonNull(file.getFileName(), "a name").toString(),
          counted.bytes,
          Hashing.finish(digest));
    }
  }

  private void readFrom(InputStream in, EntryVisitor visitor, ArchiveProgress progress)
      throws IOException, ArchiveException {
    in.mark(2);
    int first = in.read();
    int second = in.read();
    in.reset();
    if (first < 0) {
      throw new Damage(new EOFException("it is empty"));
    }
    if (first == 0x1f && second == 0x8b) {
      readPacked(in, visitor, progress);
      return;
    }
    if (passphrase == null) {
      if ((first & 0x80) == 0 && first != '-') {
        throw new Damage(new IOException("it is neither gzip nor an OpenPGP message"));
      }
      throw new ArchiveException(
          Kind.PASSPHRASE_NEEDED,
          file + " is encrypted",
          "Give the passphrase, as for btcpay-backup.sh in BTCPAY_BACKUP_PASSPHRASE",
          null);
    }
    OpenPgpDecryption message;
    try {
      message = OpenPgpDecryption.open(in, passphrase);
    } catch (IOException | RuntimeException e) {
      throw new Damage(e);
    }
    try (message) {
      readPacked(message.content(), visitor, progress);
      try {
        message.finish();
      } catch (IOException | RuntimeException e) {
        throw new Damage(e);
      }
    }
  }

  private static void readPacked(InputStream in, EntryVisitor visitor, ArchiveProgress progress)
      throws IOException, ArchiveException {
    // Reading and decrypting, decompressing, and what the visitor does go on side by side.
    try (ReadAhead packed = new ReadAhead(in, "archive-read");
        MemberGunzip gzip = gunzipped(packed)) {
      visitor.begins(gzip.isPerhapsOurs());
      try (ReadAhead unpacked = new ReadAhead(gzip, "archive-gunzip")) {
        readTar(new TarInput(unpacked), visitor, progress);
      }
    }
  }

  private static MemberGunzip gunzipped(InputStream packed) throws Damage {
    try {
      return new MemberGunzip(packed, Libdeflate.find());
    } catch (IOException | RuntimeException e) {
      throw new Damage(e);
    }
  }

  private static void readTar(TarInput input, EntryVisitor visitor, ArchiveProgress progress)
      throws IOException, ArchiveException {
    // Closing reads nothing and frees little: what is below belongs to the caller.
    TarArchiveInputStream tar = new TarArchiveInputStream(input, RawNameCharsets.NAME);
    long bytes = 0;
    for (ArchivedEntry entry = next(tar); entry != null; entry = next(tar)) {
      visitor.entry(entry, new Guarded(tar));
      bytes += entry.size();
      progress.at(bytes, entry.name());
    }
    try {
      input.finish();
    } catch (IOException | RuntimeException e) {
      throw new Damage(e);
    }
  }

  private static @Nullable ArchivedEntry next(TarArchiveInputStream tar) throws Damage {
    try {
      TarArchiveEntry entry = tar.getNextEntry();
      return entry == null ? null : entry(entry);
    } catch (IOException | RuntimeException e) {
      throw new Damage(e);
    }
  }

  private static ArchivedEntry entry(TarArchiveEntry entry) throws IOException {
    EntryType type = type(entry);
    String link = entry.getLinkName();
    return new ArchivedEntry(
        EntryName.of(withoutSlash(RawNameCharsets.bytes(entry.getName()))),
        type,
        type == EntryType.FILE ? entry.getRealSize() : 0,
        entry.getMode() & 07777,
        entry.getLongUserId(),
        entry.getLongGroupId(),
        entry.getLastModifiedTime().toInstant(),
        type == EntryType.HARD_LINK || type == EntryType.SYMBOLIC_LINK
            ? EntryName.of(RawNameCharsets.bytes(link))
            : null);
  }

  private static byte[] withoutSlash(byte[] name) {
    int end = name.length;
    while (end > 1 && name[end - 1] == '/') {
      end--;
    }
    return Arrays.copyOf(name, end);
  }

  private static EntryType type(TarArchiveEntry entry) throws IOException {
    if (entry.isDirectory()) {
      return EntryType.DIRECTORY;
    }
    if (entry.isSymbolicLink()) {
      return EntryType.SYMBOLIC_LINK;
    }
    if (entry.isLink()) {
      return EntryType.HARD_LINK;
    }
    if (entry.isFIFO()) {
      return EntryType.FIFO;
    }
    if (entry.isCharacterDevice()) {
      return EntryType.CHARACTER_DEVICE;
    }
    if (entry.isBlockDevice()) {
      return EntryType.BLOCK_DEVICE;
    }
    if (entry.isFile()) {
      return EntryType.FILE;
    }
    throw new IOException("an entry of a kind that tar does not have");
  }

  private ArchiveException damaged(Exception cause, long at) {
    boolean truncated =
        cause instanceof EOFException || String.valueOf(cause.getMessage()).contains("Truncated");
    return truncated
        ? new ArchiveException(
            Kind.TRUNCATED,
            file + " ends before its end, after " + at + " bytes",
            "Take another copy: this one was not written or fetched to its end",
            cause)
        : new ArchiveException(
            Kind.CORRUPT,
            "%s is damaged, seen when %d bytes were read: %s"
                .formatted(file, at, cause.getMessage()),
            "Take another copy, and check the disk this one is on",
            cause);
  }

  /** What a visitor reads: failures of the archive are told apart from the visitor's. */
  private static final class Guarded extends InputStream {
    private final InputStream in;

    Guarded(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return in.read(into, offset, length);
      } catch (IOException | RuntimeException e) {
        throw new Damage(e);
      }
    }
  }

  private static final class Counted extends FilterInputStream {
    private long bytes;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      bytes += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      bytes += Math.max(count, 0);
      return count;
    }
  }

  /** Sees whether a tar ends as one must: commons-compress takes a mere end of file for one. */
  private static final class TarInput extends FilterInputStream {
    /** Two blocks of zeros (POSIX.1-2001, pax). */
    private static final int END = 2 * TarHeader.BLOCK;

    private long bytes;
    private long zeros;

    TarInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      if (count > 0) {
        bytes += count;
        int at = offset + count;
        while (at > offset && into[at - 1] == 0) {
          at--;
        }
        int trailing = offset + count - at;
        zeros = trailing == count ? zeros + count : trailing;
      }
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      return count <= 0 ? 0 : Math.max(read(new byte[(int) Math.min(count, 1 << 16)]), 0);
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    /** Reads to the end, where only zeros may be. */
    void finish() throws IOException {
      long before = bytes - Math.min(zeros, bytes);
      long _ = transferTo(OutputStream.nullOutputStream());
      if (zeros < END) {
        throw new EOFException("the end of the tar is missing");
      }
      if (bytes - zeros > before) {
        throw new IOException("something follows the end of the tar");
      }
    }
  }
}

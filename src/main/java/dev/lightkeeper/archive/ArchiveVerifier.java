package dev.lightkeeper.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lightkeeper.archive.ArchiveException.Kind;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive of ours back from disk: decrypts it and checks its MDC, decompresses it, hashes
 * every entry and compares it with the manifest.
 */
public final class ArchiveVerifier {
  private final Path file;
  private final @Nullable Passphrase passphrase;
  private final @Nullable ArchiveFile expected;

  private ArchiveVerifier(
      Path file, @Nullable Passphrase passphrase, @Nullable ArchiveFile expected) {
    this.file = file;
    this.passphrase = passphrase;
    this.expected = expected;
  }

  /** For an archive that was just sealed: every byte must be as it was written. */
  public static ArchiveVerifier of(SealedArchive sealed, @Nullable Passphrase passphrase) {
    return new ArchiveVerifier(sealed.partial(), passphrase, sealed.file());
  }

  /**
   * For any archive of ours.
   *
   * @param expected what the file must be, if that is known
   */
  public static ArchiveVerifier of(
      Path file, @Nullable Passphrase passphrase, @Nullable ArchiveFile expected) {
    return new ArchiveVerifier(file, passphrase, expected);
  }

  /**
   * Reads all of it.
   *
   * @throws ArchiveException what is wrong: see {@link ArchiveReader#read}; ENTRY_DIFFERS;
   *     NO_MANIFEST for an archive of the scripts, which is whole otherwise
   * @throws IOException if the file cannot be read
   */
  public VerifiedArchive verify(ArchiveProgress progress) throws IOException, ArchiveException {
    return verify((_, _) -> {}, progress);
  }

  /** The same, giving every entry to {@code visitor} on the way, as {@link #read} does. */
  public VerifiedArchive verify(EntryVisitor visitor, ArchiveProgress progress)
      throws IOException, ArchiveException {
    ReadArchive read = read(visitor, progress);
    ManifestHead head = read.manifest();
    if (head == null) {
      throw new ArchiveException(
          Kind.NO_MANIFEST,
          file + " holds no " + BtcpayLayout.MANIFEST + ", so its files cannot be compared",
          "It is whole as far as gzip and gpg can tell: an archive of BTCPay Server's own scripts",
          null);
    }
    return new VerifiedArchive(read.file(), head, read.entries(), read.bytes());
  }

  /**
   * Reads all of it, giving every entry but the manifest to {@code visitor} on the way. As with
   * {@link ArchiveReader#read}, nothing a visitor was given is to be trusted before this returns.
   *
   * @return what was read; without a manifest if it is an archive of the scripts
   * @throws ArchiveException as of {@link #verify}, but for NO_MANIFEST
   * @throws IOException if the file cannot be read, or what the visitor throws
   */
  public ReadArchive read(EntryVisitor visitor, ArchiveProgress progress)
      throws IOException, ArchiveException {
    ArchiveReader reader = new ArchiveReader(file, passphrase);
    Comparison comparison = new Comparison(visitor, false);
    ArchiveFile read = reader.read(comparison, progress);
    if (comparison.passedManifest) {
      // Ours, but packed again by another program: only a second reading can compare it.
      comparison = new Comparison((_, _) -> {}, true);
      if (!reader.read(comparison, progress).equals(read)) {
        throw new ArchiveException(
            Kind.CORRUPT,
            file + " changed while it was read",
            "Take a copy that nothing writes to",
            null);
      }
    }
    if (expected != null
        && (expected.size() != read.size() || !expected.sha256().equals(read.sha256()))) {
      throw new ArchiveException(
          Kind.CORRUPT,
          file + " is not byte for byte what was written",
          "Check the disk it is on (dmesg), then make the archive again",
          null);
    }
    return new ReadArchive(
        read,
        comparison.head,
        comparison.count + (comparison.head == null ? 0L : 1L),
        comparison.bytes);
  }

  /**
   * Keeps a short digest of each entry until the manifest comes, which is the last. In an archive
   * that another program packed no manifest is expected, and nothing hashed in vain.
   */
  private final class Comparison implements EntryVisitor {
    private final EntryVisitor visitor;
    private final boolean always;
    private boolean hashes = true;
    private boolean passedManifest;
    private byte[] digests = new byte[ManifestEntry.DIGEST * 1024];
    private int count;
    private long bytes;
    private @Nullable ManifestHead head;

    /**
     * @param always whether entries are hashed whoever packed them
     */
    Comparison(EntryVisitor visitor, boolean always) {
      this.visitor = visitor;
      this.always = always;
    }

    @Override
    public void begins(boolean perhapsOurs) {
      hashes = always || perhapsOurs;
    }

    @Override
    public void entry(ArchivedEntry entry, InputStream content)
        throws IOException, ArchiveException {
      if (head != null) {
        throw differs(entry.name(), "comes after the manifest");
      }
      if (entry.name().equals(BtcpayLayout.MANIFEST)) {
        if (hashes) {
          compare(content);
        } else {
          passedManifest = true;
        }
        return;
      }
      bytes += entry.size();
      Sha256 sha256 = visit(entry, content);
      int at = count++ * ManifestEntry.DIGEST;
      if (!hashes) {
        return;
      }
      if (at == digests.length) {
        digests = Arrays.copyOf(digests, 2 * at);
      }
      byte[] digest =
          new ManifestEntry(entry.name(), entry.type(), entry.size(), sha256, entry.link())
              .digest();
      System.arraycopy(digest, 0, digests, at, ManifestEntry.DIGEST);
    }

    private @Nullable Sha256 visit(ArchivedEntry entry, InputStream content)
        throws IOException, ArchiveException {
      if (entry.type() != EntryType.FILE) {
        visitor.entry(entry, InputStream.nullInputStream());
        return null;
      }
      if (!hashes) {
        visitor.entry(entry, content);
        return null;
      }
      MessageDigest digest = Hashing.sha256();
      InputStream hashed = new DigestInputStream(content, digest);
      visitor.entry(entry, hashed);
      long _ = hashed.transferTo(OutputStream.nullOutputStream());
      return Hashing.finish(digest);
    }

    private void compare(InputStream content) throws IOException, ArchiveException {
      int[] named = new int[1];
      try {
        head =
            Manifest.read(
                content,
                entry -> {
                  int at = named[0]++ * ManifestEntry.DIGEST;
                  if (named[0] > count
                      || !Arrays.equals(
                          digests,
                          at,
                          at + ManifestEntry.DIGEST,
                          entry.digest(),
                          0,
                          ManifestEntry.DIGEST)) {
                    throw differs(entry.name(), "is missing or is not what the manifest says");
                  }
                });
      } catch (JsonProcessingException e) {
        throw differs(BtcpayLayout.MANIFEST, "cannot be read: " + e.getOriginalMessage());
      } catch (Manifest.Unreadable e) {
        throw differs(BtcpayLayout.MANIFEST, "cannot be read: " + e.getMessage());
      }
      if (named[0] != count) {
        throw differs(BtcpayLayout.MANIFEST, "names " + named[0] + " of " + count + " entries");
      }
    }

    private ArchiveException differs(EntryName name, String how) {
      return new ArchiveException(
          Kind.ENTRY_DIFFERS,
          "In %s, %s %s".formatted(file, name, how),
          "Make the archive again; of an older one, take another copy",
          null);
    }
  }
}

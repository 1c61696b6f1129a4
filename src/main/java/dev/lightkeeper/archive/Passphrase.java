package dev.lightkeeper.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What an archive is encrypted with: UTF-8 text, as gpg reads it. Never printed. */
public final class Passphrase {
  private final char[] text;

  private Passphrase(char[] text) {
    this.text = text;
  }

  /**
   * A copy of {@code text}.
   *
   * @throws ArchiveException PASSPHRASE_REFUSED if it is empty or has a line break, which gpg would
   *     take for its end
   */
  public static Passphrase of(char[] text) throws ArchiveException {
    if (text.length == 0) {
      throw refused("The passphrase is empty");
    }
    for (char c : text) {
      if (c == '\n' || c == 0) {
        throw refused("The passphrase has a line break in it, where gpg takes it to end");
      }
    }
    return new Passphrase(text.clone());
  }

  /**
   * The first line of {@code file}, as {@code gpg --passphrase-file} takes it.
   *
   * @throws ArchiveException PASSPHRASE_REFUSED if it is empty or not UTF-8
   * @throws IOException if the file cannot be read
   */
  public static Passphrase firstLineOf(Path file) throws ArchiveException, IOException {
    byte[] content = Files.readAllBytes(file);
    int end = 0;
    while (end < content.length && content[end] != '\n') {
      end++;
    }
    try {
      CharBuffer line =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content, 0, end));
      char[] text = new char[line.remaining()];
      line.get(text);
      return of(text);
    } catch (CharacterCodingException e) {
      throw refused("The passphrase in " + file + " is not UTF-8 text");
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  char[] chars() {
    return text;
  }

  @Override
  public String toString() {
    return "a passphrase";
  }

  private static ArchiveException refused(String what) {
    return new ArchiveException(
        ArchiveException.Kind.PASSPHRASE_REFUSED,
        what,
        "Give one line of UTF-8 text that is not empty",
        null);
  }
}

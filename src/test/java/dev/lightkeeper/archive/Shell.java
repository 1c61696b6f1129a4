package dev.lightkeeper.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs bash, as a person would; a command that fails fails the test. */
final class Shell {
  /** Prints every path below the first argument with all that an archive keeps of it. */
  static final String TREE =
      """
      import hashlib, os, stat, sys
      root = os.fsencode(sys.argv[1])
      out = []
      for folder, folders, files in os.walk(root):
        for name in folders + files:
          path = os.path.join(folder, name)
          s = os.lstat(path)
          if stat.S_ISSOCK(s.st_mode): continue
          what = b""
          if stat.S_ISLNK(s.st_mode): what = os.readlink(path)
          if stat.S_ISREG(s.st_mode):
            h = hashlib.sha256()
            with open(path, "rb") as f:
              while block := f.read(1 << 20): h.update(block)
            what = h.hexdigest().encode()
          size = 0 if stat.S_ISDIR(s.st_mode) else s.st_size
          links = 1 if stat.S_ISDIR(s.st_mode) else s.st_nlink
          time = 0 if len(sys.argv) > 2 else s.st_mtime_ns
          out.append(repr((path[len(root):], oct(s.st_mode), s.st_uid, s.st_gid, time, size, links, what)))
      print("\\n".join(sorted(out)))
      """;

  private Shell() {}

  static List<String> lines(Path folder, String script, Object... arguments) throws IOException {
    return new String(run(folder, script, arguments), StandardCharsets.ISO_8859_1).lines().toList();
  }

  static byte[] run(Path folder, String script, Object... arguments) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(List.of("bash", "-euo", "pipefail", "-c", script, "test"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path errors = Files.createTempFile("shell", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(errors.toFile())
              .start();
      byte[] output = process.getInputStream().readAllBytes();
      int code = process.waitFor();
      if (code != 0) {
        throw new AssertionError(script + " exited with " + code + ": " + Files.readString(errors));
      }
      return output;
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      Files.delete(errors);
    }
  }
}

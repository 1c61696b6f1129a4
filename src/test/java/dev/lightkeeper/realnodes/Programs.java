package dev.lightkeeper.realnodes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The folder of the built {@code lnd}, {@code lncli} and {@code btcd}. */
record Programs(Path folder) {
  /**
   * Builds them, or finds them built.
   *
   * @throws IOException if they cannot be built, such as without Go
   */
  static Programs build() throws IOException, InterruptedException {
    Process build =
        new ProcessBuilder("src/test/realnodes/build")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed =
        new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (build.waitFor() != 0) {
      throw new IOException("src/test/realnodes/build failed");
    }
    return new Programs(Path.of(printed));
  }

  String program(String name) {
    return folder.resolve(name).toString();
  }
}

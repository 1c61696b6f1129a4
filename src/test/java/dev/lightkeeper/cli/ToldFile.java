package dev.lightkeeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A program for {@code kind = "command"} that appends what it is told to a file. */
record ToldFile(Path script, Path file) {
  static ToldFile in(Path folder) throws IOException {
    Path script = folder.resolve("tell-me");
    Path file = folder.resolve("told");
    Files.writeString(script, "#!/bin/sh\ncat >> %s\n".formatted(file));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new ToldFile(script, file);
  }

  /** The section of the configuration that has it run. */
  String section() {
    return "[alerts.own]\nkind = \"command\"\ncommand = [\"%s\"]\n".formatted(script);
  }

  /** What it was told of alerts so far, such as {@code raised emptied}. */
  List<String> told() throws IOException {
    List<String> told = new ArrayList<>();
    if (Files.exists(file)) {
      try (MappingIterator<JsonNode> notices =
          new ObjectMapper().readerFor(JsonNode.class).readValues(file.toFile())) {
        while (notices.hasNext()) {
          for (JsonNode change : notices.next().path("alerts")) {
            told.add(change.path("event").asText() + " " + change.at("/alert/kind").asText());
          }
        }
      }
    }
    return told;
  }
}

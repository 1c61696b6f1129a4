package dev.lightkeeper.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemotesPageTest {
  @Test
  void the_page_on_remotes_shows_what_init_prints() throws Exception {
    AccountSteps steps = new AccountSteps("lightkeeper", "/lightkeeper", "key", List.of());

    assertThat(Files.readString(Path.of("docs/remotes.md")).lines().map(String::strip))
        .containsSequence(steps.sshdSnippet().lines().map(String::strip).toList());
  }
}

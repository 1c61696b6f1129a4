package dev.lightkeeper.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExampleConfigTest {
  private static final Path EXAMPLE = Path.of("examples/lightkeeper.toml");

  @Test
  void the_example_is_a_configuration_without_a_problem() throws Exception {
    Config config = ConfigFile.load(EXAMPLE);
    assertThat(config.nodes()).extracting(Config.NodeSection::name).containsExactly("alice");
    assertThat(config.remotes())
        .extracting(Config.RemoteSection::name)
        .containsExactlyInAnyOrder("offsite", "disk");
    assertThat(config.backup()).isNotNull();
  }

  @Test
  void the_readme_shows_the_example_word_for_word() throws Exception {
    assertThat(Files.readString(Path.of("README.md"))).contains(Files.readString(EXAMPLE));
  }
}

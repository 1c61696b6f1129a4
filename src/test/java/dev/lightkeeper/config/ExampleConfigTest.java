package dev.lightkeeper.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"raspiblitz-lnd.toml", "native-cln.toml"})
  void so_are_those_for_nodes_without_btcpay_server(String name) throws Exception {
    assertThat(ConfigFile.load(Path.of("examples", name)).nodes()).hasSize(1);
  }

  @Test
  void the_readme_shows_the_example_word_for_word() throws Exception {
    assertThat(Files.readString(Path.of("README.md"))).contains(Files.readString(EXAMPLE));
  }
}

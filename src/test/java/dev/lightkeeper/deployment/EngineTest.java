package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  @TempDir Path folder;

  private static void assertRefused(URI host, Kind kind, String words) {
    assertThatThrownBy(() -> Engine.open(host))
        .isInstanceOfSatisfying(
            DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
  }

  @Test
  void without_a_socket_docker_is_not_running() {
    assertRefused(URI.create("unix://" + folder.resolve("s")), Kind.NO_DOCKER, "not running");
  }

  @Test
  void an_engine_elsewhere_is_refused() {
    assertRefused(URI.create("tcp://192.0.2.1:2375"), Kind.NO_DOCKER, "own host");
  }

  @Test
  void a_daemon_that_hangs_up_does_not_answer() throws Exception {
    Path socket = folder.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      var _ = server.bind(UnixDomainSocketAddress.of(socket));
      var _ =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (true) {
                        server.accept().close();
                      }
                    } catch (IOException e) {
                      return; // closed
                    }
                  });

      assertRefused(URI.create("unix://" + socket), Kind.DOCKER_SILENT, socket.toString());
    }
  }

  @Test
  void nodes_are_looked_for_without_docker_and_a_note_says_so() {
    List<String> notes = new ArrayList<>();

    assertThat(DockerMounts.ask(URI.create("unix://" + folder.resolve("s")), notes)).isEmpty();
    assertThat(notes).singleElement().asString().contains("Docker is not running here");
  }
}

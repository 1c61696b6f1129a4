package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Containers with and without a server on the port they name. */
@ExtendWith(SharedDeployment.class)
class HttpAnswerTest {
  private final SampleDeployment sample;
  private String id = "";

  HttpAnswerTest(SampleDeployment sample) {
    this.sample = sample;
  }

  @AfterEach
  void remove() {
    var _ = sample.docker("rm", "-f", id);
  }

  private HttpAnswer.Outcome asked(Duration limit, String... options) throws Exception {
    String[] words = new String[options.length + 2];
    words[0] = "run";
    words[1] = "-d";
    System.arraycopy(options, 0, words, 2, options.length);
    id = sample.docker(words);
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return new HttpAnswer(engine).await(id, limit);
    }
  }

  @Test
  void a_server_answers_whatever_it_says() throws Exception {
    assertThat(
            asked(
                Duration.ofMinutes(2),
                "--network=generated_default",
                "--expose=8080",
                "lightkeeper-sample",
                "busybox",
                "httpd",
                "-f",
                "-p",
                "8080"))
        .isEqualTo(HttpAnswer.Outcome.ANSWERS);
  }

  @Test
  void a_port_behind_which_nobody_is_stays_silent() throws Exception {
    assertThat(
            asked(
                Duration.ofMillis(100),
                "--network=generated_default",
                "--expose=8080",
                "lightkeeper-sample",
                "sleep",
                "600"))
        .isEqualTo(HttpAnswer.Outcome.SILENT);
  }

  @Test
  void a_container_that_names_no_port_is_not_asked() throws Exception {
    assertThat(asked(Duration.ofMinutes(2), "lightkeeper-sample", "sleep", "600"))
        .isEqualTo(HttpAnswer.Outcome.NO_PORT);
  }
}

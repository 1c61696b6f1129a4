package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import dev.lightkeeper.testing.DockerProxy;
import dev.lightkeeper.testing.DockerProxy.Fault;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(SharedDeployment.class)
class QuiesceTest {
  private static final String OTHER = "of_no_project";

  private final SampleDeployment sample;
  @TempDir Path state;
  private Engine engine;

  QuiesceTest(SampleDeployment sample) {
    this.sample = sample;
  }

  @BeforeEach
  void open() throws Exception {
    engine = Engine.open(sample.dockerHost());
  }

  @AfterEach
  void removeOthers() throws Exception {
    engine.close();
    if (!sample.docker("ps", "-aq", "--filter", "name=" + OTHER).isEmpty()) {
      var _ = sample.docker("rm", "-f", OTHER);
    }
  }

  private Quiesce quiesce(QuiesceMode mode) throws Exception {
    return new Quiesce(engine, BtcpayEnvironment.read(sample.profile()), mode, sample.archived());
  }

  private void other(String mount) {
    var _ =
        sample.docker(
            "run",
            "-d",
            "--name",
            OTHER,
            "--network=none",
            "-v",
            mount,
            "lightkeeper-sample",
            "sh",
            "-c",
            "trap 'exit 0' TERM; while :; do sleep 0.1 & wait $!; done");
  }

  private List<String> states(List<String> services) {
    return services.stream().map(sample::state).distinct().toList();
  }

  private String status() {
    return sample.docker("inspect", "-f", "{{.State.Status}}", OTHER);
  }

  private String started(String container) {
    return sample.docker("inspect", "-f", "{{.State.StartedAt}}", container);
  }

  @Test
  void stop_takes_down_just_the_writers_and_brings_them_back() throws Exception {
    String postgres = started("generated_postgres_1");
    String bitcoind = started("btcpayserver_bitcoind");

    Resume resume = quiesce(QuiesceMode.STOP).begin(state);

    assertThat(states(SampleDeployment.WRITERS)).containsExactly("exited");
    Path journal = state.resolve("quiesce.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(journal)))
        .isEqualTo("rw-------");

    resume.run();

    assertThat(states(SampleDeployment.SERVICES)).containsExactly("running");
    assertThat(started("generated_postgres_1")).isEqualTo(postgres);
    assertThat(started("btcpayserver_bitcoind")).isEqualTo(bitcoind);
    assertThat(journal).doesNotExist();
  }

  @Test
  void pause_freezes_the_writers_without_ending_them() throws Exception {
    String lnd = started("btcpayserver_lnd_bitcoin");

    Resume resume = quiesce(QuiesceMode.PAUSE).begin(state);

    assertThat(states(SampleDeployment.WRITERS)).containsExactly("paused");
    assertThat(states(List.of("postgres", "bitcoind"))).containsExactly("running");

    resume.run();

    assertThat(states(SampleDeployment.SERVICES)).containsExactly("running");
    assertThat(started("btcpayserver_lnd_bitcoin")).isEqualTo(lnd);
  }

  @Test
  void stack_takes_everything_down_as_the_scripts_do() throws Exception {
    Resume resume = quiesce(QuiesceMode.STACK).begin(state);

    assertThat(sample.docker("ps", "-aq")).isEmpty();

    resume.run();

    assertThat(states(SampleDeployment.SERVICES)).containsExactly("running");
  }

  @ParameterizedTest
  @EnumSource(QuiesceMode.class)
  void a_container_that_was_stopped_before_is_not_started(QuiesceMode mode) throws Exception {
    var _ = sample.docker("stop", "tor");

    quiesce(mode).begin(state).run();

    assertThat(sample.state("tor")).isIn("exited", "created");
    assertThat(states(List.of("btcpayserver", "lnd_bitcoin", "postgres")))
        .containsExactly("running");
  }

  @Test
  void a_writer_of_no_project_is_stopped_too() throws Exception {
    other("generated_btcpay_datadir:/theirs");

    Resume resume = quiesce(QuiesceMode.STOP).begin(state);
    String meanwhile = sample.docker("inspect", "-f", "{{.State.Status}}", OTHER);
    resume.run();

    assertThat(meanwhile).isEqualTo("exited");
    assertThat(sample.docker("inspect", "-f", "{{.State.Status}}", OTHER)).isEqualTo("running");
  }

  @Test
  void one_that_mounts_the_folder_of_all_volumes_is_a_writer() throws Exception {
    other(sample.volume("tor_datadir").resolve("../..").normalize() + ":/volumes");

    assertThat(quiesce(QuiesceMode.STOP).targets()).extracting(HostContainer::name).contains(OTHER);
  }

  @Test
  void a_reader_is_left_alone() throws Exception {
    other("generated_btcpay_datadir:/theirs:ro");

    assertThat(quiesce(QuiesceMode.STOP).targets())
        .extracting(HostContainer::name)
        .doesNotContain(OTHER);
  }

  @Test
  void one_that_would_be_removed_by_stopping_it_is_paused() throws Exception {
    var _ =
        sample.docker(
            "run",
            "-d",
            "--rm",
            "--name",
            OTHER,
            "--network=none",
            "-v",
            "generated_btcpay_datadir:/theirs",
            "lightkeeper-sample",
            "sleep",
            "600");

    Resume resume = quiesce(QuiesceMode.STOP).begin(state);
    String meanwhile = sample.docker("inspect", "-f", "{{.State.Status}}", OTHER);
    resume.run();

    assertThat(meanwhile).isEqualTo("paused");
    assertThat(sample.docker("inspect", "-f", "{{.State.Status}}", OTHER)).isEqualTo("running");
  }

  @ParameterizedTest
  @EnumSource(
      value = QuiesceMode.class,
      names = {"STOP", "PAUSE"})
  void one_that_crashes_again_and_again_stands_still_meanwhile_and_goes_on_after(QuiesceMode mode)
      throws Exception {
    var _ =
        sample.docker(
            "run",
            "-d",
            "--restart=always",
            "--name",
            OTHER,
            "--network=none",
            "-v",
            "generated_btcpay_datadir:/theirs",
            "lightkeeper-sample",
            "false");
    // Docker waits twice as long each time: long enough to be found waiting.
    await()
        .until(
            () ->
                Integer.parseInt(sample.docker("inspect", "-f", "{{.RestartCount}}", OTHER)) > 4
                    && status().equals("restarting"));

    Resume resume = quiesce(mode).begin(state);
    String meanwhile = status();
    resume.run();

    assertThat(meanwhile).isEqualTo("exited");
    assertThat(status()).isIn("running", "restarting");
    assertThat(states(SampleDeployment.SERVICES)).containsExactly("running");
    assertThat(Resume.pending(state)).isEmpty();
  }

  @Test
  void a_container_that_is_gone_is_made_again() throws Exception {
    Resume resume = quiesce(QuiesceMode.STOP).begin(state);
    var _ = sample.docker("rm", "btcpayserver_lnd_bitcoin");

    resume.run();

    assertThat(states(SampleDeployment.SERVICES)).containsExactly("running");
  }

  @Test
  void what_cannot_come_back_is_named_and_stays_in_the_journal() throws Exception {
    other("generated_btcpay_datadir:/theirs");
    Resume resume = quiesce(QuiesceMode.STOP).begin(state);
    var _ = sample.docker("rm", OTHER);

    assertThatThrownBy(() -> resume.run(Duration.ofMillis(500)))
        .isInstanceOfSatisfying(
            DeploymentException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.RESUME);
              assertThat(e.what()).contains(OTHER);
              assertThat(e.remedy()).contains("docker start ").contains(OTHER);
            });
    assertThat(state.resolve("quiesce.json")).exists();
    assertThat(states(SampleDeployment.SERVICES)).containsExactly("running");

    other("generated_btcpay_datadir:/theirs");
    Resume.pending(state).orElseThrow().run();
    assertThat(state.resolve("quiesce.json")).doesNotExist();
  }

  @Test
  void one_that_does_not_stop_fails_the_quiesce_and_everything_is_up() throws Exception {
    try (DockerProxy proxy = new DockerProxy(sample.dockerHost(), "POST .*/stop", 3, Fault.LOST);
        Engine shaky = Engine.open(proxy.host())) {
      Quiesce quiesce =
          new Quiesce(
              shaky, BtcpayEnvironment.read(sample.profile()), QuiesceMode.STOP, sample.archived());

      assertThatThrownBy(() -> quiesce.begin(state))
          .isInstanceOfSatisfying(
              DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.QUIESCE));
    }
    assertThat(states(SampleDeployment.SERVICES)).containsExactly("running");
    assertThat(Resume.pending(state)).isEmpty();
  }

  @Test
  void an_interrupt_while_stopping_brings_everything_back() throws Exception {
    AtomicReference<@Nullable Exception> end = new AtomicReference<>();
    try (DockerProxy proxy =
            new DockerProxy(sample.dockerHost(), "POST .*/stop", 4, Fault.UNANSWERED);
        Engine watched = Engine.open(proxy.host())) {
      Quiesce quiesce =
          new Quiesce(
              watched,
              BtcpayEnvironment.read(sample.profile()),
              QuiesceMode.STOP,
              sample.archived());
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      var _ = quiesce.begin(state);
                    } catch (DeploymentException | InterruptedException e) {
                      end.set(e);
                    }
                  });
      proxy.awaitFault();
      thread.interrupt();
      thread.join();
    }

    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    assertThat(states(SampleDeployment.SERVICES)).containsExactly("running");
    assertThat(Resume.pending(state)).isEmpty();
  }

  @Test
  void a_second_quiesce_waits_for_the_first_to_be_resumed() throws Exception {
    Resume resume = quiesce(QuiesceMode.PAUSE).begin(state);

    assertThatThrownBy(() -> quiesce(QuiesceMode.PAUSE).begin(state))
        .isInstanceOfSatisfying(
            DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.JOURNAL));
    resume.run();
  }

  @ParameterizedTest
  @EnumSource(QuiesceMode.class)
  void a_restart_of_docker_in_the_middle_is_survived(QuiesceMode mode) throws Exception {
    Resume resume = quiesce(mode).begin(state);
    sample.engine().stop();
    sample.engine().restart();

    resume.run();

    assertThat(states(SampleDeployment.SERVICES)).containsExactly("running");
    assertThat(Resume.pending(state)).isEmpty();
  }

  @Test
  void docker_that_is_away_is_waited_for() throws Exception {
    Resume resume = quiesce(QuiesceMode.STOP).begin(state);
    sample.engine().kill();
    Thread run =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    resume.run();
                  } catch (DeploymentException e) {
                    throw new IllegalStateException(e);
                  }
                });
    sample.engine().restart();
    run.join();

    assertThat(states(SampleDeployment.WRITERS)).containsExactly("running");
    assertThat(Resume.pending(state)).isEmpty();
  }
}

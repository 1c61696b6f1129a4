package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDeployment.class)
class RunningDatabaseTest {
  private final SampleDeployment sample;
  private Engine engine;

  RunningDatabaseTest(SampleDeployment sample) {
    this.sample = sample;
  }

  @BeforeEach
  void open() throws Exception {
    engine = Engine.open(sample.dockerHost());
  }

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private Deployment deployment() throws Exception {
    return Deployment.discover(engine, BtcpayEnvironment.read(sample.profile()));
  }

  /** What a dump says while it is open. */
  private String dumped(Deployment deployment) throws Exception {
    assertThat(RunningDatabase.kinds(engine, deployment)).containsExactly(DatabaseKind.POSTGRES);
    try (RunningDatabase database =
        RunningDatabase.ensure(engine, deployment, DatabaseKind.POSTGRES)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      var _ = new DatabaseDump(engine, DatabaseKind.POSTGRES, database.container()).writeTo(out);
      return out.toString(StandardCharsets.UTF_8);
    }
  }

  @Test
  void a_running_one_is_left_running() throws Exception {
    assertThat(dumped(deployment())).contains("CREATE DATABASE nbxplorermainnet");
    assertThat(sample.running("postgres")).isTrue();
  }

  @Test
  void in_a_stack_that_is_stopped_just_it_is_started_and_stopped_again() throws Exception {
    var _ = sample.compose("stop", "-t", "10");

    assertThat(dumped(deployment())).contains("CREATE DATABASE nbxplorermainnet");

    assertThat(SampleDeployment.SERVICES).noneMatch(sample::running);
  }

  @Test
  void in_a_stack_whose_containers_are_removed_just_it_is_made_and_removed_again()
      throws Exception {
    var _ = sample.compose("down", "-t", "10");

    assertThat(dumped(deployment())).contains("CREATE DATABASE nbxplorermainnet");

    assertThat(sample.docker("ps", "-aq")).isEmpty();
    assertThat(sample.docker("network", "ls", "-q", "--filter", "type=custom")).isEmpty();
  }

  @Test
  void a_paused_one_is_paused_again() throws Exception {
    var _ = sample.docker("pause", "generated_postgres_1");

    assertThat(dumped(deployment())).contains("CREATE DATABASE nbxplorermainnet");

    assertThat(sample.state("postgres")).isEqualTo("paused");
  }

  @Test
  void one_that_never_gets_ready_is_an_error_and_left_as_found() throws Exception {
    var _ = sample.docker("stop", "generated_postgres_1");
    var _ =
        sample.docker(
            "run",
            "--rm",
            "--network=none",
            "-v",
            "generated_postgres_datadir:/d",
            "lightkeeper-sample",
            "mv",
            "/d/global",
            "/d/global.away");
    BtcpayEnvironment e = BtcpayEnvironment.read(sample.profile());
    Deployment found = deployment();
    Deployment impatient =
        new Deployment(
            new BtcpayEnvironment(
                e.profile(),
                e.baseDirectory(),
                e.envFile(),
                e.composeFile(),
                e.composeTimeout(),
                Duration.ofSeconds(2),
                e.variables()),
            found.dockerRoot(),
            found.containers());
    try {
      assertThatThrownBy(() -> RunningDatabase.ensure(engine, impatient, DatabaseKind.POSTGRES))
          .isInstanceOfSatisfying(
              DeploymentException.class, x -> assertThat(x.kind()).isEqualTo(Kind.DATABASE));
      assertThat(sample.running("postgres")).isFalse();
    } finally {
      var _ =
          sample.docker(
              "run",
              "--rm",
              "--network=none",
              "-v",
              "generated_postgres_datadir:/d",
              "lightkeeper-sample",
              "mv",
              "/d/global.away",
              "/d/global");
    }
  }

  @Test
  void mariadb_is_dumped_and_loaded_with_its_own_password() throws Exception {
    sample.addMariadb();
    try {
      Deployment deployment = deployment();
      assertThat(RunningDatabase.kinds(engine, deployment))
          .containsExactly(DatabaseKind.POSTGRES, DatabaseKind.MARIADB);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (RunningDatabase database =
          RunningDatabase.ensure(engine, deployment, DatabaseKind.MARIADB)) {
        var _ = new DatabaseDump(engine, DatabaseKind.MARIADB, database.container()).writeTo(out);
        String more = "USE shop; INSERT INTO orders VALUES (3, 'scarf');";
        DatabaseLoad load = new DatabaseLoad(engine, DatabaseKind.MARIADB, database.container());
        load.readFrom(new ByteArrayInputStream(more.getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(
                () ->
                    load.readFrom(new ByteArrayInputStream(more.getBytes(StandardCharsets.UTF_8))))
            .isInstanceOf(DeploymentException.class)
            .hasMessageContaining("Duplicate entry");
      }
      assertThat(out.toString(StandardCharsets.UTF_8))
          .contains("CREATE DATABASE")
          .contains("'coat'")
          .contains("DROP DATABASE");
    } finally {
      var _ = sample.docker("rm", "-f", "generated_mariadb_1");
      var _ = sample.docker("volume", "rm", "generated_mariadb_datadir");
    }
  }
}

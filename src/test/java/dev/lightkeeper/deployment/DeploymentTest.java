package dev.lightkeeper.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedDeployment.class)
class DeploymentTest {
  private static Deployment discover(SampleDeployment sample) throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return Deployment.discover(engine, BtcpayEnvironment.read(sample.profile()));
    }
  }

  @Test
  void the_stack_is_found_by_its_labels_with_mounts_and_docker_root(SampleDeployment sample)
      throws Exception {
    Deployment found = discover(sample);

    assertThat(found.volumes().resolve("generated_btcpay_datadir/_data"))
        .isEqualTo(sample.volume("btcpay_datadir"));
    assertThat(found.containers()).hasSize(SampleDeployment.SERVICES.size());
    HostContainer lnd =
        found.containers().stream()
            .filter(c -> c.is("generated", "lnd_bitcoin"))
            .findFirst()
            .orElseThrow();
    assertThat(lnd.name()).isEqualTo("btcpayserver_lnd_bitcoin");
    assertThat(lnd.restartPolicy()).isEqualTo("unless-stopped");
    assertThat(lnd.mounts())
        .contains(new HostContainer.Mount(sample.volume("lnd_bitcoin_datadir"), true));
    assertThat(found.database(DatabaseKind.POSTGRES)).isPresent();
    assertThat(found.database(DatabaseKind.MARIADB)).isEmpty();
  }

  @Test
  void two_postgres_containers_are_refused_by_name(SampleDeployment sample) throws Exception {
    String other =
        sample.docker(
            "create",
            "--name",
            "left_over",
            "--label",
            "com.docker.compose.project=generated",
            "--label",
            "com.docker.compose.service=postgres",
            "lightkeeper-sample",
            "true");
    try {
      assertThatThrownBy(() -> discover(sample))
          .isInstanceOfSatisfying(
              DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AMBIGUOUS))
          .hasMessageContaining("left_over")
          .hasMessageContaining("generated_postgres_1");
    } finally {
      var _ = sample.docker("rm", other);
    }
  }

  @Test
  void a_stack_whose_containers_were_removed_is_still_a_deployment(SampleDeployment sample)
      throws Exception {
    var _ = sample.compose("down");

    assertThat(discover(sample).containers()).isEmpty();
  }

  @Test
  void node_folders_are_found_through_the_engine(SampleDeployment sample) throws Exception {
    List<String> notes = new ArrayList<>();
    DockerMounts mounts = DockerMounts.ask(sample.dockerHost(), notes).orElseThrow();

    assertThat(mounts.volumesFolder()).contains(discover(sample).volumes());
    assertThat(mounts.mounts()).contains(sample.volume("clightning_bitcoin_datadir"));
    assertThat(notes).isEmpty();
  }

  @Test
  void an_engine_without_btcpay_is_no_deployment(SampleDeployment sample) throws Exception {
    var _ = sample.compose("down");
    var _ = sample.docker("volume", "rm", "generated_btcpay_datadir");

    assertThatThrownBy(() -> discover(sample))
        .isInstanceOfSatisfying(
            DeploymentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_DEPLOYMENT))
        .hasMessageContaining("generated_btcpay_datadir");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/mnt/nfs/btcpay",
        "/volumes/generated_btcpay_datadir/_data/more",
        "/var/lib/docker/volumes/other/_data",
        "volumes/generated_btcpay_datadir/_data"
      })
  void a_volume_in_an_unexpected_place_is_refused(String mountpoint) {
    assertThatThrownBy(() -> Deployment.rootAbove(Path.of(mountpoint)))
        .isInstanceOfSatisfying(
            DeploymentException.class,
            e -> assertThat(e.kind()).isEqualTo(Kind.UNEXPECTED_VOLUMES));
  }
}

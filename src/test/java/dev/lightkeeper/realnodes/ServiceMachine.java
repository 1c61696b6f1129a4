package dev.lightkeeper.realnodes;

import dev.lightkeeper.testing.SampleDeployment;
import java.util.List;

/** LND in the container of a deployment's service, which has its options in its environment. */
record ServiceMachine(SampleDeployment sample) implements Machine {
  static final String SERVICE = "lnd_bitcoin";

  @Override
  public void start(List<String> options) {
    var _ = sample.compose("up", "-d", SERVICE);
  }

  @Override
  public boolean runs() {
    return sample.running(SERVICE);
  }

  @Override
  public void end() {
    if (runs()) {
      var _ = sample.compose("stop", SERVICE);
    }
  }

  @Override
  public void kill() {
    if (runs()) {
      var _ = sample.compose("kill", SERVICE);
    }
  }

  @Override
  public String tail() {
    return sample.compose("logs", "--tail", "30", SERVICE);
  }
}

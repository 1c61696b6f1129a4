package dev.lightkeeper.testing;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one {@link SampleDeployment} that all of them share, everything in it up. It is
 * made when first asked for, and removed after the last test.
 */
public final class SharedDeployment implements ParameterResolver, ExecutionCondition {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedDeployment.class);

  private record Held(SampleDeployment sample) implements AutoCloseable {
    static Held make() {
      try {
        TestEngine engine = TestEngine.start();
        return new Held(
            SampleDeployment.start(engine, Files.createTempDirectory("lightkeeper-sample")));
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() throws IOException {
      sample.close();
      sample.engine().close();
    }
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return TestEngine.possible()
        ? ConditionEvaluationResult.enabled("there can be a Docker Engine")
        : ConditionEvaluationResult.disabled(TestEngine.WHY);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SampleDeployment.class;
  }

  @Override
  public SampleDeployment resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SampleDeployment sample =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(Held.class, k -> Held.make(), Held.class)
            .sample();
    for (String service : SampleDeployment.SERVICES) {
      if ("paused".equals(sample.state(service))) {
        var _ = sample.compose("unpause", service);
      }
    }
    if (!SampleDeployment.SERVICES.stream().allMatch(sample::running)) {
      sample.up();
    }
    sample.awaitPostgres();
    return sample;
  }
}

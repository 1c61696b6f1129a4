package dev.lightkeeper.deployment;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a container answers HTTP on a port that its image or compose file names. */
public final class HttpAnswer {
  private static final int LIMIT_MILLIS = 3_000;
  private static final long POLL_MILLIS = 500;

  private final Engine engine;

  /** On this host, which reaches containers by their own addresses. */
  public HttpAnswer(Engine engine) {
    this.engine = engine;
  }

  /** What came of asking. */
  public enum Outcome {
    /** It answered, whatever it said. */
    ANSWERS,
    /** It has ports, and none answered in time. */
    SILENT,
    /** It names no port, or has no network. */
    NO_PORT
  }

  /** Asks until there is an answer, for as long as {@code limit}. */
  public Outcome await(String container, Duration limit)
      throws DeploymentException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      List<InetSocketAddress> addresses = addresses(container);
      if (addresses.isEmpty()) {
        return Outcome.NO_PORT;
      }
      if (addresses.stream().anyMatch(HttpAnswer::answers)) {
        return Outcome.ANSWERS;
      }
      if (System.nanoTime() > deadline) {
        return Outcome.SILENT;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private List<InetSocketAddress> addresses(String container) throws DeploymentException {
    InspectContainerResponse found =
        Engine.call(
            "inspect container " + container,
            () -> engine.docker().inspectContainerCmd(container).exec());
    List<InetSocketAddress> addresses = new ArrayList<>();
    ExposedPort[] ports = found.getConfig().getExposedPorts();
    Map<String, ContainerNetwork> networks = found.getNetworkSettings().getNetworks();
    if (ports == null || networks == null) {
      return addresses;
    }
    for (ExposedPort port : ports) {
      for (ContainerNetwork network : networks.values()) {
        String address = network.getIpAddress();
        if (port.getProtocol() == InternetProtocol.TCP && address != null && !address.isEmpty()) {
          addresses.add(new InetSocketAddress(address, port.getPort()));
        }
      }
    }
    return addresses;
  }

  private static boolean answers(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(5), StandardCharsets.US_ASCII).equals("HTTP/");
    } catch (IOException e) {
      return false; // not up yet
    }
  }
}

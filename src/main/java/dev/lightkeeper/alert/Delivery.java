package dev.lightkeeper.alert;

import dev.lightkeeper.alert.ChannelQueue.Batch;
import dev.lightkeeper.files.FolderOwner;
import dev.lightkeeper.health.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is due: each channel on a thread of its own, so that a dead one keeps no other
 * waiting.
 */
public final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final AlertFolder folder;
  private final List<Route> routes;
  private final InstantSource clock;
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();

  /** To be run once. */
  public Delivery(AlertFolder folder, List<Route> routes, InstantSource clock) {
    this.folder = folder;
    this.routes = List.copyOf(routes);
    this.clock = clock;
  }

  /**
   * Takes up what was posted and delivers what is due, once.
   *
   * @return what did not arrive and was not said before; empty if another process is doing it
   * @throws IOException if the folder cannot be used; nothing is lost
   */
  public Optional<List<String>> run() throws IOException, InterruptedException {
    Optional<ProcessLock> lock = ProcessLock.acquire(folder.path());
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    try (ProcessLock held = lock.get()) {
      LOG.debug("holding {}", held);
      FolderOwner.give(folder.path().resolve("lock"));
      Map<Route, ChannelQueue> queues = new LinkedHashMap<>();
      for (Route route : routes) {
        queues.put(route, new ChannelQueue(route, folder.queue(route.name())));
      }
      takeUp(queues);
      List<Thread> threads = new ArrayList<>();
      queues.forEach(
          (route, queue) -> threads.add(Thread.startVirtualThread(() -> deliver(route, queue))));
      for (Thread thread : threads) {
        thread.join();
      }
    }
    return Optional.of(List.copyOf(problems));
  }

  /** A notice leaves the letter box only once it is in every queue it is for. */
  private void takeUp(Map<Route, ChannelQueue> queues) throws IOException {
    List<Path> posts = folder.posts();
    if (posts.isEmpty()) {
      return;
    }
    for (Path post : posts) {
      folder.open(post).ifPresent(n -> queues.values().forEach(q -> q.accept(n)));
    }
    for (var entry : queues.entrySet()) {
      folder.save(entry.getKey().name(), entry.getValue().saved());
    }
    for (Path post : posts) {
      Files.deleteIfExists(post);
    }
  }

  private void deliver(Route route, ChannelQueue queue) {
    try {
      ChannelQueue.Saved before = queue.saved();
      for (Optional<Batch> batch = queue.next(clock.instant());
          batch.isPresent();
          batch = queue.next(clock.instant())) {
        try {
          route.channel().deliver(batch.get().notice());
          queue.delivered(batch.get(), clock.instant());
        } catch (DeliveryException e) {
          if (queue.failed(e.what(), clock.instant())) {
            problems.add("alerts.%s: %s; %s".formatted(route.name(), e.what(), e.remedy()));
          }
        }
        folder.save(route.name(), queue.saved());
      }
      // Also if nothing was due: what was tried for too long is gone.
      if (!queue.saved().equals(before)) {
        folder.save(route.name(), queue.saved());
      }
    } catch (IOException e) {
      problems.add("alerts.%s: its queue cannot be written: %s".formatted(route.name(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A swap that died after any number of its moves. */
class SwapTest {
  @TempDir Path folder;

  private List<Move> scene() throws IOException {
    for (String file : List.of("a/_data/old", "a/_data/chain", "b/_data/old")) {
      put(file, "old");
    }
    for (String file : List.of("staged/a/new", "staged/b/new")) {
      put(file, "new");
    }
    return List.of(
        move(true, "a/_data", "before/a"),
        move(false, "staged/a", "a/_data"),
        move(false, "before/a/chain", "a/_data/chain"),
        move(true, "b/_data", "before/b"),
        move(false, "staged/b", "b/_data"));
  }

  private void put(String file, String content) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.resolve("..").normalize());
    Files.writeString(path, content);
  }

  private Move move(boolean aside, String from, String to) {
    return new Move(aside, folder.resolve(from).toString(), folder.resolve(to).toString());
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        files.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void it_is_undone_whatever_was_done(int moves) throws Exception {
    List<Move> all = scene();
    Map<String, String> before = files();
    new Swap(all.subList(0, moves)).forward();

    new Swap(all).back();

    assertThat(files()).isEqualTo(before);
    new Swap(all).back();
    assertThat(files()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void it_is_finished_whatever_was_done(int moves) throws Exception {
    List<Move> all = scene();
    new Swap(all.subList(0, moves)).forward();

    new Swap(all).forward();

    assertThat(files())
        .containsOnlyKeys(
            "a/_data/new", "a/_data/chain", "b/_data/new", "before/a/old", "before/b/old");
  }

  @Test
  void what_was_moved_aside_and_is_gone_since_is_told() throws Exception {
    List<Move> all = scene();
    new Swap(all).forward();
    assertThat(new Swap(all).lost()).isEmpty();

    Files.delete(folder.resolve("before/b/old"));
    Files.delete(folder.resolve("before/b"));

    assertThat(new Swap(all).lost()).contains(folder.resolve("before/b"));
  }
}

package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RestoreViewTest {
  private final StringWriter asked = new StringWriter();

  private boolean agreed(String answer, boolean dryRun, boolean yes) throws IOException {
    Questions questions =
        new Questions(
            new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
            new PrintWriter(asked, true));
    return new RestoreView(new GlobalOptions(), questions, dryRun, yes).agree("It is undone.");
  }

  @Test
  void what_an_earlier_restore_needs_is_done_if_a_person_says_so() throws Exception {
    assertThat(agreed("y\n", false, false)).isTrue();
    assertThat(asked.toString()).contains("It is undone. Go on?");
    assertThat(agreed("\n", false, false)).isFalse();
    assertThat(agreed("", false, true)).isTrue();
  }

  @Test
  void a_dry_run_ends_no_earlier_restore_whatever_is_said() throws Exception {
    assertThat(agreed("y\n", true, true)).isFalse();
    assertThat(asked.toString()).isEmpty();
  }
}

package dev.lightkeeper.realnodes;

import java.io.IOException;
import java.util.List;

/** What an LND node runs on. */
interface Machine {
  /** Starts LND with these options. */
  void start(List<String> options) throws IOException;

  boolean runs();

  /** Ends it in good order; does nothing if it does not run. */
  void end();

  /** Ends it as a power cut does. */
  void kill();

  /** The end of what it printed. */
  String tail();
}

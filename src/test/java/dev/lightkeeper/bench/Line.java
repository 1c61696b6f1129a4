package dev.lightkeeper.bench;

/** The way to the server. */
enum Line {
  LOOPBACK("loopback"),
  SLOW("50 ms RTT");

  private final String label;

  Line(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}

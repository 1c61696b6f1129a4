package dev.lightkeeper.cli;

import picocli.CommandLine.Help.Ansi;

/** Colours for people; none where NO_COLOR is set or standard output is no terminal. */
enum Style {
  PLAIN(""),
  GOOD("\u001b[32m"),
  BAD("\u001b[31m");

  private final String start;

  Style(String start) {
    this.start = start;
  }

  /** {@code text} in this colour, where colours are wanted. */
  String paint(String text) {
    return this == PLAIN || !Ansi.AUTO.enabled() ? text : start + text + "\u001b[0m";
  }
}

package dev.lightkeeper.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Rows in aligned columns, cut at the terminal's width. */
final class Table {
  private static final String GAP = "  ";

  private final List<List<Cell>> rows = new ArrayList<>();

  /** A table with these headings. */
  Table(String... headings) {
    rows.add(List.of(headings).stream().map(Cell::of).toList());
  }

  /**
   * One field of a row.
   *
   * @param style how it is coloured where colours are wanted
   */
  record Cell(String text, Style style) {
    static Cell of(String text) {
      return new Cell(text, Style.PLAIN);
    }
  }

  /** Adds a row of as many fields as there are headings. */
  void add(Cell... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException("a row of " + cells.length);
    }
    rows.add(List.of(cells));
  }

  /** Adds a row without colours. */
  void add(String... texts) {
    add(List.of(texts).stream().map(Cell::of).toArray(Cell[]::new));
  }

  /** Prints it, no line longer than {@code width} characters. */
  void print(PrintWriter out, int width) {
    int columns = rows.getFirst().size();
    List<Integer> widths = new ArrayList<>(Collections.nCopies(columns, 0));
    for (List<Cell> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths.set(i, Math.max(widths.get(i), row.get(i).text().length()));
      }
    }
    for (List<Cell> row : rows) {
      out.println(line(row, widths, width));
    }
  }

  private static String line(List<Cell> row, List<Integer> widths, int width) {
    StringBuilder line = new StringBuilder();
    int used = 0;
    for (int i = 0; i < row.size() && used < width; i++) {
      Cell cell = row.get(i);
      String text = cell.text();
      int room = width - used;
      String shown = text.length() <= room ? text : text.substring(0, Math.max(0, room - 1)) + "…";
      line.append(cell.style().paint(shown));
      used += shown.length();
      if (i < row.size() - 1) {
        String padding = " ".repeat(widths.get(i) - text.length()) + GAP;
        line.append(padding);
        used += padding.length();
      }
    }
    return line.toString().stripTrailing();
  }
}

package dev.lightkeeper.cli;

import dev.lightkeeper.scb.BackedUpChannel;
import dev.lightkeeper.scb.Opening;
import java.io.PrintWriter;

/**
 * An opened channel backup for people.
 *
 * @param what which one it is
 */
record ChannelsView(String what, Opening.Opened opened) {
  void print(PrintWriter out, int width) {
    Integer count = opened.count();
    out.println(
        "%s: %s with its key, %s"
            .formatted(
                what,
                Style.GOOD.paint("opens"),
                count == null
                    ? "channels not counted"
                    : count + (count == 1 ? " channel" : " channels")));
    String note = opened.note();
    if (note != null) {
      out.println(Style.BAD.paint("! ") + note);
    }
    if (opened.channels().isEmpty()) {
      return;
    }
    Table table = new Table("CAPACITY", "OUTPOINT", "SHORT ID", "PEER", "TYPE", "ADDRESSES");
    for (BackedUpChannel c : opened.channels()) {
      String shortId = c.shortChannelId();
      table.add(
          c.capacity() + " sat",
          c.outpoint(),
          shortId == null ? "-" : shortId,
          c.peer(),
          c.type(),
          c.addresses().isEmpty() ? "-" : String.join(" ", c.addresses()));
    }
    table.print(out, width);
  }
}

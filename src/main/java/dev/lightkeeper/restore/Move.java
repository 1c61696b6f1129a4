package dev.lightkeeper.restore;

/**
 * One rename of the swap. Whether it was done can always be seen: what is moved aside goes to a
 * name of its own, what is put in place leaves a name of its own.
 *
 * @param aside out of the way; otherwise into place
 */
record Move(boolean aside, String from, String to) {}

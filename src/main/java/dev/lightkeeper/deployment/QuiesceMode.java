package dev.lightkeeper.deployment;

/** How the containers that write what is archived are kept from it. */
public enum QuiesceMode {
  /** Each is stopped: its files are complete, its database closed. */
  STOP,
  /** Each is frozen: the shortest, and its files are as after a power cut. */
  PAUSE,
  /** The whole stack goes down, as BTCPay's own script does. */
  STACK
}

package dev.lightkeeper.watch;

/** Whether file system events are used beside polling. */
enum Events {
  ON,
  /** As on file systems that have none (NFS, some overlay and desktop mounts). */
  OFF
}

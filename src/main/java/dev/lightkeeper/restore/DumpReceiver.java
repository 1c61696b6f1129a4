package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.DatabaseKind;
import java.nio.file.Path;

/**
 * Is given each database's dump as soon as it is out of the archive. Whether the archive is whole
 * is known at its end alone: until then nothing may come of a dump that could not be thrown away.
 */
interface DumpReceiver {
  /** Here it is, compressed as it was. Returns at once. */
  void arrived(DatabaseKind kind, Path dump);

  /** Nothing will come of any of it; returns when nothing uses the staging folder any more. */
  void abandon();
}

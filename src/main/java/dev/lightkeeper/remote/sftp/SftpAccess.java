package dev.lightkeeper.remote.sftp;

import java.time.Duration;

/**
 * A connection that is logged in, and what was found out on the way.
 *
 * @param roundTrip what one question took on the idle line
 */
record SftpAccess(
    SshLink link,
    SftpFiles files,
    RemoteLayout layout,
    Diagnosis diagnosis,
    Capabilities capabilities,
    ServerLimits limits,
    Duration roundTrip) {}

package dev.lightkeeper.stream;

import dev.lightkeeper.remote.Writer;
import java.time.Instant;

/**
 * This installation.
 *
 * @param id random, made at the first start; 32 hexadecimal digits
 * @param host the host's name
 */
public record WriterIdentity(String id, String host) {
  Writer since(Instant since) {
    return new Writer(id, host, since);
  }
}

package dev.lightkeeper.page;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer, and what every answer forbids the browser that gets it. */
record Response(int status, String type, String text) {
  static final String TEXT = "text/plain; charset=utf-8";

  private static final Map<String, String> ALWAYS = new LinkedHashMap<>();

  static {
    // Nothing from elsewhere, nothing to elsewhere, and in nobody's frame.
    ALWAYS.put(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    ALWAYS.put("X-Content-Type-Options", "nosniff");
    ALWAYS.put("X-Frame-Options", "DENY");
    ALWAYS.put("Referrer-Policy", "no-referrer");
    ALWAYS.put("Cross-Origin-Resource-Policy", "same-origin");
    ALWAYS.put("Cross-Origin-Opener-Policy", "same-origin");
    ALWAYS.put("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    ALWAYS.put("Cache-Control", "no-store");
    ALWAYS.put("Connection", "close");
  }

  static Response text(int status, String line) {
    return new Response(status, TEXT, line + "\n");
  }

  /** The bytes to be sent. */
  ByteBuffer bytes(boolean withBody) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("HTTP/1.1 %d %s\r\n".formatted(status, reason()));
    head.append("Content-Type: %s\r\nContent-Length: %d\r\n".formatted(type, body.length));
    if (status == 405) {
      head.append("Allow: GET, HEAD\r\n");
    }
    ALWAYS.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer all = ByteBuffer.allocate(start.length + (withBody ? body.length : 0)).put(start);
    return (withBody ? all.put(body) : all).flip();
  }

  private String reason() {
    return switch (status) {
      case 200 -> "OK";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 421 -> "Misdirected Request";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> "Bad Request";
    };
  }
}

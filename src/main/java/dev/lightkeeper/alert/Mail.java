package dev.lightkeeper.alert;

import java.io.IOException;
import java.io.Writer;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.commons.net.smtp.AuthenticatingSMTPClient;
import org.apache.commons.net.smtp.AuthenticatingSMTPClient.AUTH_METHOD;
import org.apache.commons.net.smtp.SMTPReply;
import org.jspecify.annotations.Nullable;

/** Sends a notice by SMTP, with TLS from the first byte or by STARTTLS. */
public final class Mail implements Channel {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Server server;
  private final String from;
  private final List<String> to;

  /** How the line to the mail server is protected. */
  public enum Security {
    /** TLS from the first byte: {@code smtps://}. */
    TLS,
    /** STARTTLS, or nothing is sent: {@code smtp://}. */
    STARTTLS,
    /** None: for a mail server on this host. */
    NONE
  }

  /**
   * A mail server and how to log in.
   *
   * @param user null if it wants no login
   */
  public record Server(
      String host,
      int port,
      Security security,
      @Nullable String user,
      @Nullable Secret password,
      Trust trust) {
    public Server {
      if (security == Security.NONE && password != null) {
        throw new IllegalArgumentException("a password never goes over an open line");
      }
    }
  }

  /**
   * @param from the sender's bare address
   * @param to bare addresses, at least one
   */
  public Mail(Server server, String from, List<String> to) {
    this.server = server;
    this.from = from;
    this.to = List.copyOf(to);
  }

  @Override
  public void deliver(Notice notice) throws DeliveryException {
    AuthenticatingSMTPClient client = client();
    try {
      client.connect(server.host(), server.port());
      expect(client, SMTPReply.isPositiveCompletion(client.getReplyCode()), "does not greet");
      client.setSoTimeout((int) PATIENCE.toMillis());
      greet(client);
      if (server.security() == Security.STARTTLS) {
        expect(client, client.execTLS(), "offers no STARTTLS");
        greet(client);
      }
      logIn(client);
      send(client, notice);
      client.logout();
    } catch (IOException e) {
      throw new DeliveryException(
          "the mail server %s:%d %s".formatted(server.host(), server.port(), reason(e)),
          "see whether this host reaches it, and its address in the configuration",
          e);
    } catch (GeneralSecurityException e) {
      throw new DeliveryException(
          "logging in is not possible: " + e.getMessage(), "report this", e);
    } finally {
      close(client);
    }
  }

  private AuthenticatingSMTPClient client() throws DeliveryException {
    AuthenticatingSMTPClient client =
        new AuthenticatingSMTPClient("TLS", server.security() == Security.TLS, "UTF-8");
    // The library's own default looks at the dates of a certificate alone.
    client.setTrustManager(server.trust().manager());
    client.setEndpointCheckingEnabled(true);
    client.setConnectTimeout((int) PATIENCE.toMillis());
    client.setDefaultTimeout((int) PATIENCE.toMillis());
    return client;
  }

  private void greet(AuthenticatingSMTPClient client) throws IOException, DeliveryException {
    expect(client, SMTPReply.isPositiveCompletion(client.ehlo("localhost")), "refuses EHLO");
  }

  private void logIn(AuthenticatingSMTPClient client)
      throws IOException, GeneralSecurityException, DeliveryException {
    String user = server.user();
    Secret password = server.password();
    if (user == null || password == null) {
      return;
    }
    String offered =
        Stream.of(client.getReplyStrings())
            .map(line -> line.toUpperCase(Locale.ROOT))
            .filter(line -> line.length() > 4 && line.startsWith("AUTH", 4))
            .findFirst()
            .orElse("");
    AUTH_METHOD method =
        offered.contains("LOGIN") && !offered.contains("PLAIN")
            ? AUTH_METHOD.LOGIN
            : AUTH_METHOD.PLAIN;
    if (!client.auth(method, user, password.read())) {
      throw new DeliveryException(
          "the mail server %s does not accept the login of %s (%d)"
              .formatted(server.host(), user, client.getReplyCode()),
          "check the user in url and the password in password_file",
          null);
    }
  }

  private void send(AuthenticatingSMTPClient client, Notice notice)
      throws IOException, DeliveryException {
    expect(client, client.setSender(from), "refuses the sender " + from);
    for (String address : to) {
      expect(client, client.addRecipient(address), "refuses the recipient " + address);
    }
    try (Writer message = client.sendMessageData()) {
      if (message == null) {
        throw refused(client, "refuses the message");
      }
      message.write(message(notice));
    }
    expect(client, client.completePendingCommand(), "did not keep the message");
  }

  private String message(Notice notice) {
    return String.join(
        "\r\n",
        "From: Lightkeeper <" + from + ">",
        "To: " + String.join(", ", to),
        "Subject: " + EncodedWord.of(notice.title(), "\r\n "),
        "Date: "
            + DateTimeFormatter.RFC_1123_DATE_TIME.format(notice.at().atOffset(ZoneOffset.UTC)),
        "Message-ID: <" + notice.id() + "@lightkeeper.invalid>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        Base64.getMimeEncoder()
            .encodeToString((notice.text() + "\n").getBytes(StandardCharsets.UTF_8)),
        "");
  }

  private void expect(AuthenticatingSMTPClient client, boolean met, String otherwise)
      throws DeliveryException {
    if (!met) {
      throw refused(client, otherwise);
    }
  }

  private DeliveryException refused(AuthenticatingSMTPClient client, String what) {
    return new DeliveryException(
        "the mail server %s %s (%d)".formatted(server.host(), what, client.getReplyCode()),
        "check the alert's settings, or see that server's log",
        null);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case SSLException s -> "cannot be trusted: " + s.getMessage();
      case SocketTimeoutException _ -> "does not answer";
      case UnknownHostException _ -> "has a name that cannot be resolved";
      default -> "cannot be used: " + e.getMessage();
    };
  }

  private static void close(AuthenticatingSMTPClient client) {
    try {
      client.disconnect();
    } catch (IOException e) {
      // What was to be sent is sent, or told otherwise.
    }
  }
}

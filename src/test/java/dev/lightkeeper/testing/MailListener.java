package dev.lightkeeper.testing;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** An SMTP server on loopback (SubEtha) that keeps what is sent to it. */
public final class MailListener implements AutoCloseable {
  private final SMTPServer server;
  private final List<Mail> mails = new CopyOnWriteArrayList<>();
  private final AtomicInteger logins = new AtomicInteger();

  /** A mail as a mail program reads it. */
  public record Mail(String from, String to, String subject, String text) {}

  /** One without TLS and without a login. */
  public static MailListener startOpen() {
    return new MailListener(0, b -> b, "", "");
  }

  /** One that takes nothing without STARTTLS and a login. */
  public static MailListener startTls(int port, SSLContext tls, String user, String password) {
    return new MailListener(
        port,
        b -> b.enableTLS().requireTLS().requireAuth().startTlsSocketFactory(tls),
        user,
        password);
  }

  /** One that speaks TLS from the first byte and wants a login. */
  public static MailListener startImplicitTls(SSLContext tls, String user, String password) {
    return new MailListener(0, b -> b.requireAuth().serverSocketFactory(tls), user, password);
  }

  private MailListener(
      int port, UnaryOperator<SMTPServer.Builder> security, String user, String password) {
    SMTPServer.Builder builder =
        SMTPServer.port(port)
            .hostName("localhost")
            .bindAddress(InetAddress.getLoopbackAddress())
            .messageHandler((_, from, to, data) -> mails.add(mail(from, to, data)));
    if (!user.isEmpty()) {
      builder.authenticationHandlerFactory(
          new EasyAuthenticationHandlerFactory(
              (name, given, _) -> {
                logins.incrementAndGet();
                if (!name.equals(user) || !given.equals(password)) {
                  throw new LoginFailedException();
                }
              }));
    }
    server = security.apply(builder).build();
    server.start();
  }

  private static Mail mail(String from, String to, byte[] data) {
    try {
      MimeMessage message = new MimeMessage(null, new ByteArrayInputStream(data));
      return new Mail(from, to, message.getSubject(), String.valueOf(message.getContent()));
    } catch (MessagingException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where it listens. */
  public int port() {
    return server.getPortAllocated();
  }

  /** What was sent, in order. */
  public List<Mail> mails() {
    return List.copyOf(mails);
  }

  /** How often somebody tried to log in. */
  public int logins() {
    return logins.get();
  }

  @Override
  public void close() {
    server.stop();
  }
}

package dev.lightkeeper.cli;

import dev.lightkeeper.setup.AccountSteps;
import dev.lightkeeper.setup.LoginKey;
import java.io.PrintWriter;
import java.util.List;

/**
 * What {@code init} did, and what is left to do; its fields are the shape of {@code --json}.
 *
 * @param folders remotes that are folders of this host
 */
record InitReport(String config, List<String> nodes, List<Account> accounts, List<String> folders) {
  /** One remote behind SSH, and what its operator has to do. */
  record Account(
      String remote,
      String host,
      String key,
      boolean keyMade,
      String authorizedKeysLine,
      List<String> commands,
      String sshdConfig) {
    static Account of(String remote, String host, LoginKey key, AccountSteps steps) {
      return new Account(
          remote,
          host,
          key.file().toString(),
          key.made(),
          steps.authorizedKeysLine(),
          steps.commands(),
          steps.sshdSnippet());
    }
  }

  void print(PrintWriter out) {
    out.println("Wrote " + config);
    for (Account a : accounts) {
      out.println((a.keyMade() ? "Made the key " : "Took the key ") + a.key());
    }
    for (Account a : accounts) {
      out.printf(
          "%nOn %s, the line for authorized_keys:%n%n%s%n", a.host(), a.authorizedKeysLine());
      out.printf(
          "%nIf that server is your own, an account that can add files and nothing else. As root"
              + " there:%n%n");
      a.commands().forEach(out::println);
      out.printf("%nand at the end of its /etc/ssh/sshd_config:%n%n%s", a.sshdConfig());
      out.printf("%nthen: sshd -t && systemctl reload ssh%n");
      out.println("The folder in the address is below the account's ChrootDirectory then.");
    }
    for (String folder : folders) {
      out.printf(
          "%nThe service may write to nothing but its own folder. With the disk mounted, open %s as"
              + " root (the - lets the service start without the disk):%n",
          folder);
      out.printf("%ninstall -d -o lightkeeper -g lightkeeper -m 700 %s%n", folder);
      out.println("mkdir -p /etc/systemd/system/lightkeeper.service.d");
      out.printf(
          "printf '[Service]\\n"
              + "ReadWritePaths=-%s\\n"
              + "' > /etc/systemd/system/lightkeeper.service.d/disk.conf%n",
          folder);
    }
    out.println("To have channel backups opened and their channels counted: lightkeeper key NODE");
  }
}

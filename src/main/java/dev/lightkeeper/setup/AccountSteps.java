package dev.lightkeeper.setup;

import dev.lightkeeper.remote.Note;
import java.util.ArrayList;
import java.util.List;

/**
 * What the operator of a remote has to do: an account that can only add files, and only in its own
 * folder.
 *
 * @param user the account's name
 * @param path the folder within the account's root, as the url names it
 * @param publicLine the key to let in
 * @param nodes the nodes that will be sent there
 */
public record AccountSteps(String user, String path, String publicLine, List<String> nodes) {
  /** Lets the account add files and rename new ones into place, and nothing else. */
  public static final String WRITE_ONCE =
      "internal-sftp -u 0277 -P remove,rmdir,posix-rename,setstat,fsetstat,lsetstat,symlink";

  public AccountSteps {
    nodes = List.copyOf(nodes);
  }

  /** The line for authorized_keys: this key may open no terminal and forward nothing. */
  public String authorizedKeysLine() {
    return "restrict " + publicLine;
  }

  /** The file that the printed sshd snippet reads keys from; out of the account's reach. */
  public String authorizedKeysFile() {
    return "/etc/ssh/authorized_keys." + user;
  }

  /** The folder the account is locked into; sshd wants it owned by root. */
  public String chroot() {
    return "/srv/" + user;
  }

  /** For the end of sshd_config. */
  public String sshdSnippet() {
    return """
    Match User %s
        ChrootDirectory %s
        ForceCommand %s
        AuthorizedKeysFile %s
        PasswordAuthentication no
        DisableForwarding yes
        PermitTTY no
    """
        .formatted(user, chroot(), WRITE_ONCE, authorizedKeysFile());
  }

  /**
   * Shell commands, to be run there as root, before the snippet goes in.
   *
   * <p>They make the folders of archives and of each node: a folder made through the account itself
   * would have no write permission, since {@code -u 0277}, which keeps files from being
   * overwritten, holds for folders too (seen on OpenSSH 9.2).
   */
  public List<String> commands() {
    List<String> commands = new ArrayList<>();
    commands.add(
        "useradd --system --no-create-home --home-dir / --shell /usr/sbin/nologin --password '*' "
            + quoted(user));
    commands.add("install -d -o root -g root -m 755 " + quoted(chroot()));
    String own = "install -d -o %1$s -g %1$s -m 700".formatted(quoted(user));
    StringBuilder folder = new StringBuilder(chroot());
    for (String part : inChroot().split("/", -1)) {
      if (!part.isEmpty()) {
        folder.append('/').append(part);
        commands.add(own + " " + quoted(folder.toString()));
      }
    }
    commands.add(
        "%s %s %s".formatted(own, quoted(folder + "/incoming"), quoted(folder + "/archives")));
    for (String node : nodes) {
      String nodeFolder = folder + "/" + node;
      commands.add(
          "%s %s %s %s"
              .formatted(
                  own,
                  quoted(nodeFolder),
                  quoted(nodeFolder + "/versions"),
                  quoted(nodeFolder + "/" + Note.FOLDER)));
    }
    commands.add(
        "echo %s > %s".formatted(quoted(authorizedKeysLine()), quoted(authorizedKeysFile())));
    return commands;
  }

  /** Home-relative forms mean the chroot's root: the account's home does not exist in it. */
  private String inChroot() {
    return path.startsWith("/~/") || path.startsWith("/./") ? path.substring(2) : path;
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./@:=+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}

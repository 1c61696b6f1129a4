package dev.lightkeeper.handoff;

import java.util.regex.Pattern;

/**
 * The one attempt that claims an offer.
 *
 * @param installation the id of the installation on the destination
 * @param host its name, for people
 * @param token 32 random hexadecimal digits, kept there: two hosts with one installation id (a
 *     copied machine) differ in it
 */
public record Claimant(String installation, String host, String token) {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  /**
   * @throws IllegalArgumentException if {@code installation} or {@code token} is not of that form
   */
  public Claimant {
    if (!ID.matcher(installation).matches() || !ID.matcher(token).matches()) {
      throw new IllegalArgumentException("not the ids of a claimant: " + installation);
    }
  }
}

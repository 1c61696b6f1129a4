package dev.lightkeeper.bench;

/** What people run today: one command a change, in a loop behind inotifywait. */
enum Peer {
  SCP(
      "inotifywait + scp",
      "",
      """
      scp -q -F /dev/null -P "$PORT" -i "$KEY" -o UserKnownHostsFile="$KNOWN_HOSTS" \
        "$FILE" "$ACCOUNT:$TARGET/channel.backup"\
      """),
  CONTROL_MASTER(
      "ControlMaster, write + sync + mv",
      """
      ssh -F /dev/null -M -N -S "$SCRATCH/cm" -p "$PORT" -i "$KEY" \
        -o UserKnownHostsFile="$KNOWN_HOSTS" "$ACCOUNT" < /dev/null &
      until ssh -F /dev/null -S "$SCRATCH/cm" -O check "$ACCOUNT" 2> /dev/null; do sleep 0.1; done
      """,
      """
      ssh -F /dev/null -S "$SCRATCH/cm" "$ACCOUNT" \
        "cat > $TARGET/part && sync $TARGET/part && mv $TARGET/part $TARGET/channel.backup" < "$FILE"\
      """),
  // Times over SFTP are whole seconds: without --ignore-times, a change within the second is
  // skipped.
  RCLONE(
      "rclone copyto",
      "",
      """
      rclone copyto --ignore-times "$FILE" "offsite:$TARGET/channel.backup"\
      """);

  /** What inotifywait says once it watches. */
  static final String READY = "Watches established.";

  static final String COPIED = "copied";
  static final String FAILED = "failed";

  private final String label;
  private final String before;
  private final String copy;

  Peer(String label, String before, String copy) {
    this.label = label;
    this.before = before;
    this.copy = copy;
  }

  /** Says {@link #READY} first, then {@link #COPIED} or {@link #FAILED} after every change. */
  String script() {
    return """
    %s
    inotifywait -m -e moved_to --format %%f "$WATCHED" | while read -r name; do
      [ "$name" = channel.backup ] || continue
      if %s; then echo %s; else echo %s; fi
    done
    """
        .formatted(before, copy, COPIED, FAILED);
  }

  @Override
  public String toString() {
    return label;
  }
}

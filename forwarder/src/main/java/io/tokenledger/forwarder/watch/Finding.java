package io.tokenledger.forwarder.watch;

/**
 * Something that is not as it should be.
 *
 * @param code what it is, for machines; {@code docs/operations.md} has an entry for each
 * @param message one sentence: what, where, what to do
 */
public record Finding(Code code, String message) {
  /** Every finding, and whether the forwarder still does its work. */
  public enum Code {
    POSTGRES(true),
    DRAIN(true),
    WATCH(true),
    LAG(false),
    QUEUE_DISK(false),
    QUEUE_UNREADABLE(false),
    DEAD_LETTERS(false),
    DROPS(false),
    CLIENT_REFUSED(false),
    PARTITIONS(false);

    private final boolean down;

    Code(boolean down) {
      this.down = down;
    }

    /** Nothing is booked while this lasts; otherwise it is degraded only. */
    public boolean isDown() {
      return down;
    }

    /** As in {@code /metrics} and JSON. */
    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}

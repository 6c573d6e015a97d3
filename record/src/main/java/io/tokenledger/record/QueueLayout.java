package io.tokenledger.record;

/**
 * Names that writer and reader of a queue directory agree on: {@code
 * <base>/<service>-<yyyyMMddTHHmmssZ>-<8 hex>/} with a lock, {@code source.json}, a Chronicle Queue
 * and segment files. In the Chronicle Queue the bytes of an excerpt are the bytes of one entry,
 * with nothing around them.
 *
 * <p>A writer begins with a segment, goes on in the Chronicle Queue once that is open, and goes
 * back to a new segment for good if an append breaks; {@code seq} gives the order. An entry whose
 * append failed half-way may be in both: an entry with a {@code seq} that was read before is to be
 * skipped. A process that ends within its first second may leave cycle or metadata files that hold
 * nothing but zeros.
 */
public final class QueueLayout {
  /** Locked by one descriptor for as long as the process lives. */
  public static final String LOCK_FILE = "queue.lock";

  /** What process this is, as JSON; written once, before the directory gets its name. */
  public static final String SOURCE_FILE = "source.json";

  /**
   * Prefix of a directory's name while it is made; such a directory is not a source. One that stays
   * was left by a process that died in its first milliseconds.
   */
  public static final String UNFINISHED_PREFIX = ".new-";

  /** Chronicle's file of shared values. */
  public static final String METADATA_FILE = "metadata.cq4t";

  /** Suffix of a Chronicle cycle file. */
  public static final String CYCLE_SUFFIX = ".cq4";

  /** Suffix of a cycle file that Chronicle has not begun: blocks of zeros, no entries. */
  public static final String PRECREATED_SUFFIX = ".precreated";

  /**
   * Name of the constant of Chronicle's {@code LegacyRollCycles} that sets the names and indexes of
   * cycle files. A writer rolls by size and age, so minutes without a file are the rule.
   */
  public static final String ROLL_CYCLE = "MINUTELY";

  /** Longest time that a writer appends to one cycle file, in minutes. */
  public static final int MAX_CYCLE_MINUTES = 60;

  private static final int DATE_DIGITS = 8;
  private static final String SEGMENT_PREFIX = "segment-";
  private static final String SEGMENT_SUFFIX = ".tlseg";

  private QueueLayout() {}

  /**
   * True for names that a roll cycle of Chronicle gives, of this version's or another: a date, then
   * what divides the day. A file that somebody put beside them must not pass for the newest cycle.
   */
  public static boolean isCycle(String fileName) {
    int end = fileName.length() - CYCLE_SUFFIX.length();
    if (end < DATE_DIGITS || !fileName.endsWith(CYCLE_SUFFIX)) {
      return false;
    }
    for (int i = 0; i < end; i++) {
      char c = fileName.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (!digit && (i < DATE_DIGITS || (c != '-' && (c < 'A' || c > 'Z')))) {
        return false;
      }
    }
    return true;
  }

  /** The name of the n-th segment file, counted from 0; names sort in the order of writing. */
  public static String segmentName(int number) {
    // not String.format: it takes milliseconds to load, when a JVM may be about to end
    String digits = Integer.toString(number);
    return SEGMENT_PREFIX.concat("000000".substring(digits.length())).concat(digits)
        + SEGMENT_SUFFIX;
  }

  /** True for the names that {@link #segmentName} gives. */
  public static boolean isSegment(String fileName) {
    return fileName.startsWith(SEGMENT_PREFIX) && fileName.endsWith(SEGMENT_SUFFIX);
  }
}

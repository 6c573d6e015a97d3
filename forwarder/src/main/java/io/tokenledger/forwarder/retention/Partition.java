package io.tokenledger.forwarder.retention;

import java.time.YearMonth;
import java.time.format.DateTimeFormatter;

/**
 * The table of a month of events.
 *
 * @param attached whether queries see it
 * @param pending whether a detaching was interrupted: queries no longer see it, and it is not loose
 * @param bytes with indexes
 * @param owned whether this role may alter it
 */
record Partition(YearMonth month, boolean attached, boolean pending, long bytes, boolean owned) {
  private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("yyyy_MM");
  private static final String PREFIX = "token_ledger_events_";

  static Partition of(String table, boolean attached, boolean pending, long bytes, boolean owned) {
    YearMonth month = YearMonth.parse(table.substring(PREFIX.length()), SUFFIX);
    return new Partition(month, attached, pending, bytes, owned);
  }

  /** Qualified. */
  String table() {
    return "token_ledger." + PREFIX + suffix(month);
  }

  /** Whether its rows are read through the whole table. */
  boolean isVisible() {
    return attached && !pending;
  }

  /** Whether this role may read its rows: grants are on the whole table. */
  boolean isReadable() {
    return isVisible() || owned;
  }

  static String suffix(YearMonth month) {
    return SUFFIX.format(month);
  }
}

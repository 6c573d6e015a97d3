package io.tokenledger.forwarder.store.rollup;

import java.time.Instant;

/** How long a row of a rollup is, UTC. */
enum RollupUnit {
  HOUR("hour", "timestamptz", 3_600),
  DAY("day", "date", 86_400);

  private final String column;
  private final String type;
  private final long seconds;

  RollupUnit(String column, String type, long seconds) {
    this.column = column;
    this.type = type;
    this.seconds = seconds;
  }

  String column() {
    return column;
  }

  /** SQL type of the column. */
  String type() {
    return type;
  }

  /** Where the unit of an instant starts, in seconds since 1970. */
  long start(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), seconds) * seconds;
  }
}

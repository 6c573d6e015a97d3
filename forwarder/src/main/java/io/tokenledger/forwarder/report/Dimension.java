package io.tokenledger.forwarder.report;

import java.util.Locale;

/** What a report groups by, in the order in which it shows them. */
public enum Dimension {
  TOTAL,
  PROVIDER,
  MODEL,
  SERVICE,
  TEAM,
  FEATURE,
  /** UTC day. */
  DAY;

  /** The name in options, JSON and CSV. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.tokenledger.forwarder.report;

import java.time.LocalDate;

/**
 * The UTC days that a report covers.
 *
 * @param from first day; null from the beginning
 * @param to last day, included; null until now
 */
public record Period(LocalDate from, LocalDate to) {
  @Override
  public String toString() {
    if (from == null && to == null) {
      return "all days";
    }
    if (to == null) {
      return "from " + from;
    }
    return from == null ? "until " + to : from.equals(to) ? "on " + from : from + " to " + to;
  }
}

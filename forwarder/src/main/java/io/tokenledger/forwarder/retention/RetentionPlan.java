package io.tokenledger.forwarder.retention;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;

/**
 * What retention would do now.
 *
 * @param firstKept first month whose rows stay; null: all do
 * @param months to be dropped, oldest first
 * @param hourlyBefore hourly rollups before it go
 */
public record RetentionPlan(YearMonth firstKept, List<Month> months, Instant hourlyBefore) {
  /**
   * A month to be dropped.
   *
   * @param rows null: the month is detached already, and this role may not read it
   * @param exported the file that holds it already; null: none
   */
  public record Month(YearMonth month, Long rows, long bytes, String exported) {}
}

package io.tokenledger.forwarder.retention;

import io.tokenledger.forwarder.export.ExportFormat;
import java.nio.file.Path;
import java.time.Instant;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * How long what is kept. Times are UTC.
 *
 * @param events months that ended longer ago are dropped; null: rows stay for ever
 * @param hourly hourly rollups and latency histograms that are older go
 * @param coverage counts of coverage and of unlisted hosts that are older go; null: with the rows
 * @param exportDirectory where a month is written before it is dropped; null: nowhere
 * @param exportFormat one that leaves nothing out
 */
public record RetentionSettings(
    Period events,
    Period hourly,
    Period coverage,
    Path exportDirectory,
    ExportFormat exportFormat) {
  /** The default of {@code retention.hourly}. */
  public static final Period HOURLY = Period.ofDays(40);

  /** Rows for ever. */
  public static final RetentionSettings DEFAULT =
      new RetentionSettings(null, HOURLY, null, null, ExportFormat.JSONL);

  /** The first month whose rows stay; null: all do. */
  YearMonth firstKept(Instant now) {
    return events == null ? null : YearMonth.from(now.atOffset(ZoneOffset.UTC).minus(events));
  }

  /** The time before which a kind of rows goes that has a time of its own. */
  static Instant before(Period kept, Instant now) {
    return now.atOffset(ZoneOffset.UTC).minus(kept).toInstant().truncatedTo(ChronoUnit.HOURS);
  }
}

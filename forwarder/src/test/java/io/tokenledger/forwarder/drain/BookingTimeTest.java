package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.UsageField;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** When a row is booked at another time than its own. */
@ExtendWith(PostgresExtension.class)
class BookingTimeTest {
  private static final Instant FLOOR =
      YearMonth.now(ZoneOffset.UTC)
          .minusMonths(2)
          .atDay(1)
          .atStartOfDay()
          .toInstant(ZoneOffset.UTC);

  @TempDir Path queues;

  @Test
  void booksAtTheCommitWhatLiesBeforeTheFloorOrMoreThanAnHourAhead(PostgresSettings settings)
      throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    List<Instant> kept = List.of(FLOOR, now.plus(Duration.ofMinutes(58)));
    List<Instant> moved =
        List.of(FLOOR.minus(1, ChronoUnit.MICROS), now.plus(Duration.ofMinutes(70)));
    try (Ledger ledger = new Ledger(settings);
        QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      ledger.query("SELECT token_ledger.raise_floor('" + FLOOR + "'::timestamptz::date)");
      int seq = 0;
      for (Instant time : kept) {
        queue.append(seq++, QueueFixture.usage().set(UsageField.TIMESTAMP, time).build());
      }
      for (Instant time : moved) {
        queue.append(seq++, QueueFixture.usage().set(UsageField.TIMESTAMP, time).build());
      }

      assertThat(ledger.drainAll(queues).events()).isEqualTo(4);

      assertThat(instants(ledger, "timestamp", "agent_timestamp IS NULL"))
          .containsExactlyElementsOf(kept);
      assertThat(instants(ledger, "agent_timestamp", "timestamp = ingested_at"))
          .containsExactlyElementsOf(moved);
      assertThat(ledger.query("SELECT sum(calls) FROM token_ledger.token_ledger_daily"))
          .as("the rollup counts them on the day of their row")
          .containsExactly("4");
      assertThat(
              ledger.query(
                  "SELECT count(*) FROM token_ledger.token_ledger_daily WHERE day < '"
                      + FLOOR.toString().substring(0, 10)
                      + "'"))
          .containsExactly("0");
    }
  }

  private static List<Instant> instants(Ledger ledger, String column, String where)
      throws Exception {
    return ledger
        .query(
            "SELECT to_char("
                + column
                + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                + " FROM token_ledger.token_ledger_events WHERE "
                + where
                + " ORDER BY "
                + column)
        .stream()
        .map(Instant::parse)
        .toList();
  }
}

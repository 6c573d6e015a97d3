package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.rollup.Difference;
import io.tokenledger.forwarder.store.rollup.Verification;
import io.tokenledger.record.UsageField;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

  /** A month that is dropped takes its late rows with it, else the sums would count them twice. */
  @Test
  void sumsEqualTheRowsThatAreKeptWhateverComesLateAndIsDropped(PostgresSettings settings)
      throws Exception {
    Instant old = FLOOR.minus(Duration.ofDays(40));
    try (Ledger ledger = new Ledger(settings);
        QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      for (int seq = 0; seq < 10; seq++) {
        Instant time = seq % 2 == 0 ? old : FLOOR.plusSeconds(seq);
        queue.append(seq, QueueFixture.usage().set(UsageField.TIMESTAMP, time).build());
      }
      ledger.drainAll(queues);
      assertThat(differences(ledger)).isEmpty();

      ledger.query("SELECT token_ledger.drop_partition('" + old + "'::timestamptz::date)");
      assertThat(differences(ledger)).isEmpty();
      for (int seq = 10; seq < 20; seq++) {
        Instant time = seq % 2 == 0 ? old : FLOOR.plusSeconds(seq);
        queue.append(seq, QueueFixture.usage().set(UsageField.TIMESTAMP, time).build());
      }
      assertThat(ledger.drainAll(queues).events()).isEqualTo(10);

      assertThat(differences(ledger)).isEmpty();
      assertThat(ledger.query("SELECT count(*) FROM token_ledger_events")).containsExactly("15");
      assertThat(ledger.query("SELECT sum(calls) FROM token_ledger.token_ledger_daily"))
          .as("of the dropped month, too")
          .containsExactly("20");
      assertThat(
              ledger.query(
                  "SELECT count(*) FROM token_ledger_events WHERE timestamp < '" + FLOOR + "'"))
          .containsExactly("0");
    }
  }

  /** Each of two forwarders makes the same months, in the middle of two batches of its own. */
  @Test
  void twoForwardersThatNeedTheSameMonthsAtOnceGetThem(PostgresSettings settings) throws Exception {
    try (Ledger ledger = new Ledger(settings);
        Database second = Database.open(settings)) {
      for (int source = 0; source < 4; source++) {
        try (QueueFixture queue = new QueueFixture(queues, "shop-" + source)) {
          for (int seq = 0; seq < 2_000; seq++) {
            Instant time = FLOOR.minus(Duration.ofDays(30L * (seq / 500)));
            queue.append(seq, QueueFixture.usage().set(UsageField.TIMESTAMP, time).build());
          }
        }
      }
      CompletableFuture<DrainSummary> other = CompletableFuture.supplyAsync(() -> drainAll(second));
      DrainSummary own = drainAll(ledger.database);

      assertThat(own.events() + other.get(60, TimeUnit.SECONDS).events()).isEqualTo(8_000);
      assertThat(
              ledger.query(
                  "SELECT count(DISTINCT (source_id, source_seq)) FROM token_ledger_events"))
          .containsExactly("8000");
    }
  }

  private DrainSummary drainAll(Database database) {
    DrainSettings settings =
        new DrainSettings(queues, Duration.ofHours(24), true, Duration.ofSeconds(5));
    try (Drain drain = new Drain(database, Ledger.ONE_CENT, settings)) {
      return drain.drainAll();
    }
  }

  private static List<Difference> differences(Ledger ledger) {
    List<Difference> found = new ArrayList<>();
    new Verification(ledger.database).run(null, null, found::add);
    return found;
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

package io.tokenledger.forwarder.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.drain.Drain;
import io.tokenledger.forwarder.drain.DrainSettings;
import io.tokenledger.forwarder.drain.QueueFixture;
import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.forwarder.pricing.UnpricedReason;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.forwarder.watch.Finding.Code;
import io.tokenledger.record.AgentReport;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.UsageField;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class WatchTest {
  private static final PriceSource NO_PRICE =
      connection ->
          usage ->
              new RowCost(
                  null, null, null, null, null, null, null, null, null, null, List.of(), null,
                  null);

  @TempDir Path queues;
  private Database database;
  private Watch watch;

  @BeforeEach
  void open(PostgresSettings settings) {
    database = Database.open(settings);
    database.migrate();
    watch = watch(DrainSettings.DIRECTORY_MAX_BYTES);
  }

  @AfterEach
  void close() {
    watch.close();
    database.close();
  }

  @Test
  void isReadyWhereNothingWaits() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0);
    }
    drain();

    watch.look();

    assertThat(watch.health().text()).isEqualTo("ready\n");
    assertThat(watch.health().json()).contains("\"status\":\"ready\"", "\"findings\":[]");
    assertThat(metrics())
        .contains("tokenledger_postgres_up 1.0", "tokenledger_queue_oldest_undrained_seconds 0.0")
        .noneMatch(line -> line.startsWith("tokenledger_finding"));
  }

  @Test
  void showsByServiceWhatWaitsAndForHowLong() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        FileChannel channel = lockFile(queue.directory);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      queue.append(0);
      drain();
      Instant end = Instant.now().minusSeconds(600);
      queue.append(1, call(end)).append(2, call(Instant.now())).nextCycle();
      queue.append(3, call(Instant.now()));

      watch.look();

      assertThat(metric("tokenledger_lag_records{service=\"shop\"}")).isEqualTo(3);
      assertThat(metric("tokenledger_lag_seconds{service=\"shop\"}")).isBetween(600.0, 700.0);
      assertThat(metric("tokenledger_sources{service=\"shop\"}")).isEqualTo(1);
      assertThat(watch.health().status()).isEqualTo(Health.Status.DEGRADED);
      assertThat(codes()).containsExactly(Code.LAG);

      queue.append(4, call(Instant.now()));
      watch.look();
      assertThat(metric("tokenledger_lag_records{service=\"shop\"}")).isEqualTo(4);

      drain();
      watch.look();
      assertThat(metric("tokenledger_lag_records{service=\"shop\"}")).isZero();
      assertThat(metric("tokenledger_lag_seconds{service=\"shop\"}")).isZero();
      assertThat(codes()).isEmpty();
    }
  }

  @Test
  void countsWhatWaitsInSegmentsTooAndBeforeAnyForwarderSawTheSource() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.appendToSegment(0).appendToSegment(1).append(2).appendToSegment(3);

      watch.look();

      assertThat(metric("tokenledger_lag_records{service=\"shop\"}")).isEqualTo(4);
    }
  }

  @Test
  void isDegradedWhileASourceCannotBeRead() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      Path segment = queue.directory.resolve(QueueLayout.segmentName(0));
      Files.write(segment, new byte[] {'T', 'L', 'S', 'E', 'G', 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8});
      watch.look();
      assertThat(codes()).as("it may be one that is being deleted").isEmpty();

      watch.look();

      assertThat(watch.health().status()).isEqualTo(Health.Status.DEGRADED);
      assertThat(codes()).containsExactly(Code.QUEUE_UNREADABLE);
      assertThat(watch.health().text()).contains(segment + " has format 9", "upgrade");

      Files.delete(segment);
      watch.look();
      assertThat(codes()).isEmpty();
    }
  }

  @Test
  void goesOnMeasuringLagWhilePostgresIsAway() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        FileChannel channel = lockFile(queue.directory);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      queue.append(0);
      drain();
      watch.look();
      execute("ALTER SCHEMA token_ledger RENAME TO gone");
      queue.append(1);

      watch.look();

      assertThat(watch.health().status()).isEqualTo(Health.Status.DOWN);
      assertThat(watch.health().text()).startsWith("down: Postgres at ");
      assertThat(metric("tokenledger_postgres_up")).isZero();
      assertThat(metric("tokenledger_lag_records{service=\"shop\"}")).isEqualTo(1);
      assertThat(metrics()).noneMatch(line -> line.startsWith("tokenledger_dead_letters "));

      execute("ALTER SCHEMA gone RENAME TO token_ledger");
      watch.look();
      assertThat(codes()).doesNotContain(Code.POSTGRES);
    }
  }

  @Test
  void isDownFromTheMomentTheDrainFailsAndReadyOnceItRecovered() {
    watch.look();
    watch.observer().failed(new StoreException("Postgres is away."));
    assertThat(watch.health().text()).isEqualTo("down: Postgres is away.\n");
    assertThat(watch.health().json()).contains("\"code\":\"postgres\"", "\"status\":\"down\"");

    watch.observer().recovered();
    assertThat(watch.health().status()).isEqualTo(Health.Status.READY);
    assertThat(metric("tokenledger_drain_retries_total")).isEqualTo(1);
  }

  @Test
  void saysWhichClientsAgentsLeftAlone() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        FileChannel channel = lockFile(queue.directory);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      queue.append(
          0,
          new AgentReport(
              QueueFixture.NOON,
              "{\"clients\":{\"jdk\":\"rewritten\",\"okhttp\":\"refused: no member x\"}}"));
      drain();

      watch.look();

      assertThat(metric("tokenledger_agents_refusing{client=\"okhttp\",reason=\"no member x\"}"))
          .isEqualTo(1);
      assertThat(codes()).containsExactly(Code.CLIENT_REFUSED);
    }
  }

  @Test
  void countsProcessesThatNeverCalledAModel() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        QueueFixture other = new QueueFixture(queues, "shop-2");
        FileChannel channel = lockFile(queue.directory);
        FileChannel otherChannel = lockFile(other.directory);
        var lock = channel.lock();
        var otherLock = otherChannel.lock()) {
      assertThat(lock.isValid() && otherLock.isValid()).isTrue();
      other.append(0);
      drain();

      watch.look();

      assertThat(metric("tokenledger_sources{service=\"shop\"}")).isEqualTo(2);
      assertThat(metric("tokenledger_sources_without_exchanges{service=\"shop\"}")).isEqualTo(1);
    }
  }

  @Test
  void countsDropsByServiceAndReasonAndDeadLetters() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, new GapRecord("overflow", 42, QueueFixture.NOON, QueueFixture.NOON));
      queue.append(3);
      queue.appendBytes(new byte[] {1, 2, 3});
    }
    drain();

    watch.look();

    assertThat(
            metric(
                "tokenledger_missing_records_total{kind=\"reported\",reason=\"overflow\",service=\"shop\"}"))
        .isEqualTo(42);
    assertThat(
            metric(
                "tokenledger_gap_records_last_hour{kind=\"sequence\",reason=\"\",service=\"shop\"}"))
        .isEqualTo(2);
    assertThat(metric("tokenledger_dead_letters_last_hour")).isEqualTo(1);
    assertThat(metric("tokenledger_dead_lettered_records_total")).isEqualTo(1);
    assertThat(codes()).containsExactlyInAnyOrder(Code.DROPS, Code.DEAD_LETTERS);

    execute("UPDATE token_ledger.token_ledger_gaps SET detected_at = now() - interval '2 hours'");
    execute(
        "UPDATE token_ledger.token_ledger_dead_letters SET recorded_at = now() - interval '2 hours'");
    watch.look();
    assertThat(codes()).isEmpty();
    assertThat(metrics()).noneMatch(line -> line.startsWith("tokenledger_gaps_last_hour"));
  }

  @Test
  void measuresBatchesAndFreshness() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, call(Instant.now().minusSeconds(30)));
      queue.append(1, call(Instant.now().minusSeconds(31)));
    }
    drain();

    assertThat(metric("tokenledger_committed_rows_total{service=\"shop\"}")).isEqualTo(2);
    assertThat(metric("tokenledger_unpriced_rows_total")).isEqualTo(2);
    assertThat(metric("tokenledger_batch_rows_sum")).isEqualTo(2);
    assertThat(metric("tokenledger_batch_seconds_count")).isEqualTo(1);
    assertThat(metric("tokenledger_freshness_seconds_bucket{le=\"10.0\"}")).isZero();
    assertThat(metric("tokenledger_freshness_seconds_bucket{le=\"60.0\"}")).isEqualTo(2);
  }

  @Test
  void countsRowsThatCostNothingAndAreNotFree() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0).append(1).append(2);
    }
    drain(connection -> usage -> zero("zero_cost"));

    assertThat(metric("tokenledger_zero_cost_rows_total")).isEqualTo(3);

    try (QueueFixture queue = new QueueFixture(queues, "shop-2")) {
      queue.append(0);
    }
    drain(connection -> usage -> zero("free"));

    assertThat(metric("tokenledger_zero_cost_rows_total")).isEqualTo(3);
  }

  @Test
  void leavesWhatIsBilledElsewhereOutOfTheShareWithoutAPrice() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, call(Instant.now()).toBuilder().set(UsageField.BILLED, false).build());
      queue.append(1, call(Instant.now()));
    }
    RowCost unknown = RowCost.unpriced(UnpricedReason.UNKNOWN_MODEL, List.of());
    drain(
        connection ->
            usage -> Boolean.FALSE.equals(usage.get(UsageField.BILLED)) ? unknown : zero("free"));

    watch.look();

    assertThat(metric("tokenledger_calls")).isEqualTo(2);
    assertThat(metric("tokenledger_unpriced_charges")).isZero();
    assertThat(metric("tokenledger_unpriced_share")).isZero();
    assertThat(metric("tokenledger_zero_cost_charges")).isEqualTo(1);
  }

  @Test
  void isDegradedOverHalfOfTheDirectorysLimit() throws Exception {
    Files.write(queues.resolve("some-file"), new byte[600]);
    try (Watch small = watch(1_000)) {
      small.look();

      assertThat(small.health().text())
          .startsWith("degraded: Queue directory ")
          .contains("holds 600 of queue.directory_max_bytes 1000");
    }
  }

  @Test
  void saysThatTheQueueCannotBeRead() throws Exception {
    Path source = Files.createDirectory(queues.resolve("shop-1"));
    Files.writeString(source.resolve(QueueLayout.SOURCE_FILE), "no json");

    watch.look();

    assertThat(codes()).containsExactly(Code.QUEUE_UNREADABLE);
    assertThat(watch.health().text()).contains("is not a source description");
  }

  @Test
  void namesAtMostFiftyServices() throws Exception {
    for (int i = 0; i < 60; i++) {
      Path source = Files.createDirectory(queues.resolve("s-" + i));
      Files.writeString(
          source.resolve(QueueLayout.SOURCE_FILE),
          "{\"source_id\":\"" + java.util.UUID.randomUUID() + "\",\"service\":\"s" + i + "\"}");
    }

    watch.look();

    assertThat(metrics().stream().filter(line -> line.startsWith("tokenledger_sources{")))
        .hasSize(51);
    assertThat(metric("tokenledger_sources{service=\"other\"}")).isEqualTo(10);
  }

  @Test
  void keepsStatementsShortAndEndsItsTransactions() throws Exception {
    execute(
        "ALTER TABLE token_ledger.token_ledger_dead_letters RENAME COLUMN recorded_at TO was_recorded_at");
    execute(
        "CREATE FUNCTION token_ledger.slow() RETURNS timestamptz LANGUAGE sql AS 'SELECT now() FROM pg_sleep(60)'");
    execute(
        "ALTER TABLE token_ledger.token_ledger_dead_letters RENAME TO kept;"
            + " CREATE VIEW token_ledger.token_ledger_dead_letters AS SELECT token_ledger.slow() AS recorded_at");
    long start = System.nanoTime();

    watch.look();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    assertThat(codes()).containsExactly(Code.POSTGRES);
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND state LIKE 'idle in transaction%'")) {
      row.next();
      assertThat(row.getInt(1)).isZero();
    }
  }

  private Watch watch(long maxBytes) {
    return new Watch(
        database,
        new DrainSettings(
            queues, Duration.ofHours(1), maxBytes, true, Duration.ZERO, Duration.ofDays(1)),
        "0.0.1-test");
  }

  private static RowCost zero(String note) {
    return new RowCost(
        BigDecimal.ZERO,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        "catalogue",
        null,
        List.of(note),
        null,
        null);
  }

  private void drain() {
    drain(NO_PRICE);
  }

  private void drain(PriceSource prices) {
    try (Drain drain =
        new Drain(
            database,
            prices,
            new DrainSettings(queues, Duration.ofHours(1), true, Duration.ZERO),
            notice -> {},
            watch.observer())) {
      drain.drainAll();
    }
  }

  private static io.tokenledger.record.UsageRecord call(Instant end) {
    return QueueFixture.usage()
        .set(UsageField.TIMESTAMP, end.minusMillis(500))
        .set(UsageField.DURATION_MS, 500.0)
        .build();
  }

  private List<Code> codes() {
    return watch.health().findings().stream().map(Finding::code).toList();
  }

  private List<String> metrics() {
    return watch.scrape().lines().toList();
  }

  private double metric(String series) {
    String line =
        metrics().stream()
            .filter(one -> one.startsWith(series + " "))
            .findFirst()
            .orElseThrow(() -> new AssertionError(series + " is not in\n" + watch.scrape()));
    return Double.parseDouble(line.substring(series.length() + 1));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static FileChannel lockFile(Path directory) throws Exception {
    return FileChannel.open(directory.resolve(QueueLayout.LOCK_FILE), StandardOpenOption.WRITE);
  }
}

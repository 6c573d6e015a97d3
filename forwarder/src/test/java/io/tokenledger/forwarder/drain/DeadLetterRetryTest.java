package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.forwarder.store.DeadLetterBooking.Outcome;
import io.tokenledger.forwarder.store.DeadLetterBooking.Result;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.record.EntryBody;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class DeadLetterRetryTest {
  private final UUID source = UUID.randomUUID();
  @TempDir Path queues;
  private Ledger ledger;

  @BeforeEach
  void open(PostgresSettings settings) {
    ledger = new Ledger(settings);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void booksWhatTheDatabaseRefusedOnceAndRemovesTheLetter() throws Exception {
    execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.model = ''poison'' THEN"
            + " RAISE ''no'' USING ERRCODE = ''22003''; END IF; RETURN NEW; END'");
    execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON token_ledger_events FOR EACH ROW EXECUTE FUNCTION refuse()");
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0);
      queue.append(1, QueueFixture.usage().set(UsageField.MODEL, "poison").build());
    }
    ledger.drainAll(queues);

    assertThat(retryAll()).extracting(Outcome::result).containsExactly(Result.REFUSED);
    assertThat(letters()).isEqualTo("1");
    execute("DROP TRIGGER refuse ON token_ledger_events");

    assertThat(retryAll()).extracting(Outcome::result).containsExactly(Result.BOOKED);
    assertThat(retryAll()).isEmpty();
    assertThat(letters()).isEqualTo("0");
    assertThat(ledger.seqs()).containsExactly("0", "1");
    assertThat(ledger.query("SELECT sum(calls) || ' ' || sum(cost_usd) FROM token_ledger_daily"))
        .containsExactly("2 0.02");
    assertThat(ledger.query("SELECT position FROM token_ledger_sources")).containsExactly("2");
    assertThat(ledger.drainAll(queues).events()).isZero();
  }

  @Test
  void leavesWhatIsStillUndecodableAndSaysWhy() throws Exception {
    put(new byte[] {1, 2, 3});
    put(encoded(UUID.randomUUID(), 0, QueueFixture.usage().build()));

    List<Outcome> outcomes = retryAll();

    assertThat(outcomes)
        .extracting(Outcome::result)
        .containsExactly(Result.REFUSED, Result.REFUSED);
    assertThat(outcomes.get(1).reason()).startsWith("the record says it is of source ");
    assertThat(letters()).isEqualTo("2");
    assertThat(ledger.seqs()).isEmpty();
  }

  @Test
  void booksNothingThatTheLedgerHasAlready() throws Exception {
    UsageRecord usage = QueueFixture.usage().build();
    UsageRecord early = QueueFixture.usage().set(UsageField.TIMESTAMP, Instant.EPOCH).build();
    GapRecord gap = new GapRecord("overflow", 42, QueueFixture.NOON, QueueFixture.NOON);
    UUID drained;
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      drained = queue.sourceId;
      queue.append(0, usage).append(1, early).append(2, gap);
    }
    ledger.drainAll(queues);
    put(drained, encoded(drained, 0, usage));
    put(drained, encoded(drained, 1, early));
    put(drained, encoded(drained, 2, gap));

    assertThat(retryAll()).extracting(Outcome::result).containsOnly(Result.HELD_ALREADY).hasSize(3);
    assertThat(letters()).isEqualTo("0");
    assertThat(ledger.seqs()).containsExactly("0", "1");
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_gaps")).containsExactly("1");
  }

  @Test
  void bookingAndRemovalAreOneTransaction() throws Exception {
    execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'");
    execute(
        "CREATE TRIGGER refuse BEFORE DELETE ON token_ledger_dead_letters FOR EACH ROW EXECUTE FUNCTION refuse()");
    put(encoded(source, 0, QueueFixture.usage().build()));

    assertThatThrownBy(this::retryAll).isInstanceOf(StoreException.class);

    assertThat(letters()).isEqualTo("1");
    assertThat(ledger.seqs()).isEmpty();
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_daily")).containsExactly("0");
  }

  @Test
  void twoRetriesAtOnceBookEachLetterOnce() throws Exception {
    for (int seq = 0; seq < 40; seq++) {
      put(encoded(source, seq, QueueFixture.usage().build()));
    }

    CompletableFuture<List<Outcome>> first = CompletableFuture.supplyAsync(this::retryAll);
    CompletableFuture<List<Outcome>> second = CompletableFuture.supplyAsync(this::retryAll);

    assertThat(
            Stream.concat(
                    first.get(60, TimeUnit.SECONDS).stream(),
                    second.get(60, TimeUnit.SECONDS).stream())
                .filter(outcome -> outcome.result() == Result.BOOKED))
        .hasSize(40);
    assertThat(ledger.seqs()).hasSize(40);
    assertThat(letters()).isEqualTo("0");
  }

  @Test
  void theBytesExpireAndTheRowStays() throws Exception {
    put(encoded(source, 0, QueueFixture.usage().build()));
    put(encoded(source, 1, QueueFixture.usage().build()));
    execute(
        "UPDATE token_ledger_dead_letters SET recorded_at = now() - interval '31 days' WHERE place = 'letter 0'");

    ledger.drainAll(queues);

    assertThat(
            ledger.query(
                "SELECT place || ' ' || (record IS NULL) || ' ' || (expired_at IS NOT NULL)"
                    + " FROM token_ledger_dead_letters ORDER BY place"))
        .containsExactly("letter 0 true true", "letter 1 false false");
    assertThat(retryAll())
        .extracting(Outcome::result)
        .containsExactly(Result.EXPIRED, Result.BOOKED);
    assertThat(letters()).isEqualTo("1");
  }

  private List<Outcome> retryAll() {
    List<Outcome> outcomes = new ArrayList<>();
    new DeadLetterRetry(ledger.database, Ledger.ONE_CENT).retryAll(outcomes::add);
    return outcomes;
  }

  private static byte[] encoded(UUID source, long seq, EntryBody body) {
    return new RecordCodec().encode(new LedgerEntry(source, seq, body));
  }

  private void put(byte[] record) throws Exception {
    put(source, record);
  }

  private void put(UUID source, byte[] record) throws Exception {
    try (var connection = ledger.database.connect();
        var statement =
            connection.prepareStatement(
                "INSERT INTO token_ledger_dead_letters (source_id, place, reason, record)"
                    + " SELECT ?, 'letter ' || count(*), 'test', ? FROM token_ledger_dead_letters")) {
      statement.setObject(1, source);
      statement.setBytes(2, record);
      statement.executeUpdate();
    }
  }

  private void execute(String sql) throws Exception {
    try (var connection = ledger.database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String letters() throws Exception {
    return ledger.query("SELECT count(*) FROM token_ledger_dead_letters").get(0);
  }
}

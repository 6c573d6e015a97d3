package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A disk so slow that a commit takes seconds. */
@ExtendWith(PostgresExtension.class)
class SlowCommitTest {
  /** Runs within the commit; two seconds for the first transaction, none for those after it. */
  private static final String SLOW =
      """
      CREATE SEQUENCE public.commits;
      CREATE FUNCTION public.slowly() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('public.commits') = 1 THEN PERFORM pg_sleep(2); END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON token_ledger.token_ledger_gaps
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.slowly();
      """;

  @TempDir Path queues;

  @Test
  void isWaitedForHoweverLongItTakes(PostgresSettings postgres) throws Exception {
    writesEachRecordOnce(postgres);
  }

  @Test
  void isNotWrittenTwiceWhereTheUserSetATimeoutThatItExceeds(PostgresSettings postgres)
      throws Exception {
    writesEachRecordOnce(
        new PostgresSettings(
            postgres.url() + "?socketTimeout=1", postgres.user(), postgres.password()));
  }

  private void writesEachRecordOnce(PostgresSettings postgres) throws Exception {
    try (Ledger ledger = new Ledger(postgres);
        QueueFixture queue = new QueueFixture(queues, "shop-20261120T110000Z-0a1b2c3d");
        Drain drain = ledger.drain(queues)) {
      try (Connection connection = ledger.database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute(SLOW);
      }
      // The number that is missing makes a gap, and that the commit slow.
      queue.append(0).append(2).append(3);
      CompletableFuture<DrainSummary> following = CompletableFuture.supplyAsync(drain::follow);

      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!ledger
          .query("SELECT position FROM token_ledger_sources WHERE position = 4")
          .equals(java.util.List.of("4"))) {
        assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
      drain.stop();
      following.get(60, TimeUnit.SECONDS);

      assertThat(ledger.seqs()).containsExactly("0", "2", "3");
      assertThat(ledger.query("SELECT sum(calls) FROM token_ledger_daily_sums"))
          .containsExactly("3");
      assertThat(ledger.query("SELECT count(*) FROM token_ledger_gaps")).containsExactly("1");
      assertThat(ledger.query("SELECT last_value >= 1 AND is_called FROM public.commits"))
          .containsExactly("t");
    }
  }
}

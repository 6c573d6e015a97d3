package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two forwarders, step by step, between whom a source must not fall to the ground. */
@ExtendWith(PostgresExtension.class)
class LeasedSourcesTest {
  @TempDir Path queues;
  private Ledger ledger;
  private SegmentSource source;
  private LeasedSources one;
  private LeasedSources other;

  @BeforeEach
  void open(PostgresSettings settings) throws IOException {
    ledger = new Ledger(settings);
    source = new SegmentSource(queues, "shop", true).append(3);
    one = sources("one");
    other = sources("other");
  }

  @AfterEach
  void close() throws IOException {
    one.dropAll();
    other.dropAll();
    source.close();
    ledger.close();
  }

  @Test
  void isHeldByTheFirstAndThenByTheOther() {
    one.refresh();
    other.refresh();
    assertThat(one.readers()).hasSize(1);
    assertThat(other.heldElsewhere()).isEqualTo(1);

    one.releaseAll();
    other.refresh();

    assertThat(other.readers()).hasSize(1);
    assertThat(other.heldElsewhere()).isZero();
  }

  @Test
  void isTakenByTheOtherWhenTheLedgerWasSetBackToBeforeItAndTheFirstIsGone() throws Exception {
    one.refresh();
    other.refresh();
    execute("DELETE FROM token_ledger_sources");

    other.review();
    other.refresh();

    assertThat(other.readers()).hasSize(1);
  }

  @Test
  void isNotDoneForWhoseLeaseRanOutBeforeHeCouldSaySo() throws Exception {
    one.refresh();
    List<SourceReader> done = one.readers();
    execute("UPDATE token_ledger_sources SET lease_until = now() - interval '1 s'");
    other.refresh();
    assertThat(other.readers()).hasSize(1);

    one.finish(done);

    assertThat(one.finished()).isEmpty();
    assertThat(ledger.query("SELECT drained_at FROM token_ledger_sources")).containsOnlyNulls();
    other.releaseAll();
    one.refresh();
    assertThat(one.readers()).hasSize(1);
  }

  @Test
  void isNotDoneForWhomAnotherReadBehindHisBack() throws Exception {
    one.refresh();
    List<SourceReader> done = one.readers();
    execute("UPDATE token_ledger_sources SET reads = reads + 1, position = 2");

    one.finish(done);
    one.refresh();

    assertThat(one.finished()).isEmpty();
    assertThat(one.readers()).hasSize(1);
    assertThat(one.readers().get(0).position().nextSeq()).isEqualTo(2);
  }

  private LeasedSources sources(String holder) {
    Tally tally = new Tally(notice -> {});
    return new LeasedSources(
        ledger.database,
        new SourceStore(holder, Duration.ofMinutes(1)),
        new SourceDiscovery(queues, tally),
        tally);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = ledger.database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql.replace("token_ledger_sources", "token_ledger.token_ledger_sources"));
    }
  }
}

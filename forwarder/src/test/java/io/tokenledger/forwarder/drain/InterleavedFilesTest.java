package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.QueueLayout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records that go to the queue or to segments in any turn, to both, or to neither, while they are
 * drained by one forwarder or by one after the other: each number is one row or stands in a gap.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterleavedFilesTest {
  private static final int RECORDS = 120;

  private Ledger ledger;

  @BeforeAll
  void open(PostgresSettings settings) {
    ledger = new Ledger(settings);
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void eachNumberIsARowOrInAGap(long seed, @TempDir Path queues) throws Exception {
    Random random = new Random(seed);
    List<String> written = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    String source;
    Drain drain = ledger.drain(queues);
    try (QueueFixture queue = new QueueFixture(queues, "shop-" + seed);
        FileChannel channel =
            FileChannel.open(
                queue.directory.resolve(QueueLayout.LOCK_FILE), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      source = "source_id = '" + queue.sourceId + "'";
      queue.appendToSegment(0);
      written.add("0");
      boolean toSegment = true;
      for (int seq = 1; seq < RECORDS; seq++) {
        toSegment ^= random.nextInt(5) == 0;
        boolean isLast = seq == RECORDS - 1; // what nothing follows is no gap yet
        if (!isLast && random.nextInt(8) == 0) {
          missing.add(String.valueOf(seq));
        } else {
          write(queue, seq, toSegment, random);
          written.add(String.valueOf(seq));
        }
        if (random.nextInt(12) == 0) {
          drain.drainAll();
        }
        if (random.nextInt(25) == 0) {
          drain.close();
          drain = ledger.drain(queues);
        }
      }
    }
    drain.drainAll();
    drain.close();

    assertThat(
            ledger.query(
                "SELECT source_seq FROM token_ledger.token_ledger_events WHERE "
                    + source
                    + " ORDER BY source_seq"))
        .isEqualTo(written);
    assertThat(
            ledger.query(
                "SELECT generate_series(first_seq, last_seq) FROM token_ledger.token_ledger_gaps"
                    + " WHERE "
                    + source
                    + " ORDER BY 1"))
        .isEqualTo(missing);
    assertThat(
            ledger.query("SELECT sum(missing) FROM token_ledger.token_ledger_gaps WHERE " + source))
        .containsExactly(String.valueOf(missing.size()));
    assertThat(
            ledger.query(
                "SELECT count(*) FROM token_ledger.token_ledger_dead_letters WHERE " + source))
        .containsExactly("0");
  }

  /** An append that broke may have left its record in the queue all the same. */
  private static void write(QueueFixture queue, int seq, boolean toSegment, Random random)
      throws IOException {
    boolean broke = random.nextInt(10) == 0;
    if (!toSegment || broke) {
      queue.append(seq);
    }
    if (toSegment || broke) {
      queue.appendToSegment(seq);
    }
    if (random.nextInt(15) == 0) {
      queue.nextCycle();
    }
    if (toSegment && random.nextInt(15) == 0) {
      queue.nextSegment();
    }
  }
}

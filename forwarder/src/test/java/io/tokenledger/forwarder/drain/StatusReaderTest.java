package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.drain.SourceStatus.State;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.AgentReport;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.UsageField;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class StatusReaderTest {
  @TempDir Path queues;
  private final List<String> notices = new ArrayList<>();
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
  void countsWhatALiveSourceHasBeyondTheLedgerAndHowOldItIs() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        FileChannel channel = lockFile(queue.directory);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      queue.append(0);
      ledger.drainAll(queues);
      Instant old = Instant.now().minusSeconds(600);
      queue.append(1, QueueFixture.usage().set(UsageField.TIMESTAMP, old).build());
      queue.append(2, QueueFixture.usage().set(UsageField.TIMESTAMP, Instant.now()).build());

      SourceStatus source = only(false);

      assertThat(source.state()).isEqualTo(State.LIVE);
      assertThat(source.committed()).isEqualTo(1);
      assertThat(source.lag()).isEqualTo(2);
      assertThat(source.behind()).isBetween(Duration.ofSeconds(600), Duration.ofSeconds(900));
      assertThat(source.lastEventAt()).isEqualTo(QueueFixture.NOON);
    }
  }

  @Test
  void saysWhatIsDrainedDeletedAndLeft() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0);
    }
    assertThat(only(false))
        .returns(State.ENDED, SourceStatus::state)
        .returns(1L, SourceStatus::lag);
    ledger.drainAll(queues);
    assertThat(only(false))
        .returns(State.DRAINED, SourceStatus::state)
        .returns(0L, SourceStatus::lag);
    try (Drain drain =
        ledger.drain(queues, new DrainSettings(queues, Duration.ZERO, true, Duration.ZERO))) {
      drain.drainAll();
    }

    assertThat(read(false)).isEmpty();
    assertThat(only(true)).returns(State.DELETED, SourceStatus::state);
  }

  @Test
  void saysThatTheFilesOfASourceThatIsNotDrainedAreNotHere(@TempDir Path elsewhere)
      throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        FileChannel channel = lockFile(queue.directory);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      queue.append(0);
      ledger.drainAll(queues);
    }

    assertThat(new StatusReader(ledger.database, elsewhere).read(false, notices::add))
        .singleElement()
        .returns(State.ELSEWHERE, SourceStatus::state)
        .returns(null, SourceStatus::lag);
  }

  @Test
  void showsReportsGapsAndDeadLetters() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, new AgentReport(QueueFixture.NOON, "{}"));
      queue.append(1, new GapRecord("overflow", 42, QueueFixture.NOON, QueueFixture.NOON));
      queue.appendBytes(new byte[] {1, 2, 3});
    }
    ledger.drainAll(queues);

    assertThat(only(false))
        .returns(QueueFixture.NOON, SourceStatus::lastReportAt)
        .returns(1L, SourceStatus::gaps)
        .returns(42L, SourceStatus::missing)
        .returns(1L, SourceStatus::deadLetters);
  }

  @Test
  void changesNothing() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0);
    }
    read(true);
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_sources")).containsExactly("0");

    assertThat(ledger.drainAll(queues).events()).isEqualTo(1);
  }

  private SourceStatus only(boolean deleted) {
    List<SourceStatus> sources = read(deleted);
    assertThat(sources).hasSize(1);
    return sources.get(0);
  }

  private List<SourceStatus> read(boolean deleted) {
    return new StatusReader(ledger.database, queues).read(deleted, notices::add);
  }

  private static FileChannel lockFile(Path directory) throws Exception {
    return FileChannel.open(directory.resolve(QueueLayout.LOCK_FILE), StandardOpenOption.WRITE);
  }
}

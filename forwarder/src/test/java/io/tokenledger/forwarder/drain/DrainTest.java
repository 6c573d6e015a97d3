package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.AgentReport;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class DrainTest {
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
  void bringsEveryRecordOfAQueueIntoTheLedgerOnce() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      LongStream.range(0, 12_000).forEach(queue::append);
    }

    DrainSummary first = ledger.drainAll(queues);
    DrainSummary second = ledger.drainAll(queues);

    assertThat(first.events()).isEqualTo(12_000);
    assertThat(first.gaps()).isZero();
    assertThat(second.events()).isZero();
    assertThat(ledger.seqs()).hasSize(12_000).startsWith("0", "1", "2").endsWith("11998", "11999");
  }

  @Test
  void readsOnWhereItStoppedWhileTheQueueGrowsAndRolls() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        Drain drain = ledger.drain(queues)) {
      holdLock(
          queue.directory,
          () -> {
            queue.append(0).append(1);
            assertThat(drain.drainAll().events()).isEqualTo(2);
            queue.append(2).nextCycle().append(3).nextCycle().append(4);
            assertThat(drain.drainAll().events()).isEqualTo(5);
          });
    }
    assertThat(ledger.seqs()).containsExactly("0", "1", "2", "3", "4");
  }

  @Test
  void mergesQueueAndSegmentsByNumber() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.appendToSegment(0).append(1).appendToSegment(2).nextSegment().appendToSegment(3);
      queue.nextCycle().append(4);
    }

    DrainSummary summary = ledger.drainAll(queues);

    assertThat(summary.gaps()).isZero();
    assertThat(ledger.seqs()).containsExactly("0", "1", "2", "3", "4");
  }

  @Test
  void leavesTheSourceDirectoryAsItWas() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0).appendToSegment(1);
    }
    Map<Path, String> before = contents();

    ledger.drainAll(queues);

    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void aJumpInTheNumbersIsAGap() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0).append(4);
    }

    assertThat(ledger.drainAll(queues).gaps()).isEqualTo(1);

    assertThat(
            ledger.query(
                "SELECT kind || ' ' || missing || ' ' || first_seq || '-' || last_seq FROM token_ledger_gaps"))
        .containsExactly("sequence 3 1-3");
  }

  @Test
  void recordsThatWereGoneBeforeTheyCouldBeReadAreAGapAndAnAlarm() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(7);
    }

    DrainSummary summary = ledger.drainAll(queues);

    assertThat(summary.notices()).anyMatch(notice -> notice.startsWith("ALARM: source"));
    assertThat(ledger.query("SELECT kind || ' ' || missing FROM token_ledger_gaps"))
        .containsExactly("lost 7");
  }

  @Test
  void whatAnAgentSaysItDroppedIsAGap() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(
          0, new GapRecord("overflow", 42, QueueFixture.NOON, QueueFixture.NOON.plusSeconds(1)));
    }

    ledger.drainAll(queues);

    assertThat(
            ledger.query("SELECT kind || ' ' || reason || ' ' || missing FROM token_ledger_gaps"))
        .containsExactly("reported overflow 42");
  }

  @Test
  void keepsTheNewestReportOfAnAgentWithItsSource() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, new AgentReport(QueueFixture.NOON, "{\"exchanges\":1}"));
      queue.append(1, new AgentReport(QueueFixture.NOON.plusSeconds(60), "{\"exchanges\":2}"));
    }

    ledger.drainAll(queues);

    assertThat(
            ledger.query(
                "SELECT service || ' ' || pid || ' ' || (report ->> 'exchanges') || ' ' || (clients ->> 'okhttp')"
                    + " FROM token_ledger_sources"))
        .containsExactly("shop 17 2 rewritten");
  }

  @Test
  void anUndecodableRecordIsADeadLetterAndHoldsNothingUp() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0).appendBytes(new byte[] {1, 2, 3, 4, 5}).append(2);
    }

    DrainSummary summary = ledger.drainAll(queues);

    assertThat(summary.deadLetters()).isEqualTo(1);
    assertThat(summary.gaps()).as("the dead letter stands for record 1").isZero();
    assertThat(ledger.seqs()).containsExactly("0", "2");
    assertThat(ledger.query("SELECT encode(record, 'hex') FROM token_ledger_dead_letters"))
        .containsExactly("0102030405");
  }

  @Test
  void anUndecodableRecordStandsForItsNumberInTheNextForwarderToo() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0).appendBytes(new byte[] {1, 2, 3}).appendBytes(new byte[] {4, 5, 6});
      ledger.drainAll(queues);
      queue.append(3);

      assertThat(ledger.drainAll(queues).gaps()).as("1 and 2 are dead letters").isZero();

      queue.append(5);
      assertThat(ledger.drainAll(queues).gaps()).as("4 is nowhere").isEqualTo(1);
    }
    assertThat(ledger.seqs()).containsExactly("0", "3", "5");
    assertThat(ledger.query("SELECT missing FROM token_ledger_gaps")).containsExactly("1");
  }

  @Test
  void aRecordThatTheDatabaseRefusesIsADeadLetterAndAllOthersAreRows() throws Exception {

    try (var connection = ledger.database.connect();
        var statement = connection.createStatement()) {
      statement.execute(
          "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.model = ''poison'' THEN"
              + " RAISE ''no'' USING ERRCODE = ''22003''; END IF; RETURN NEW; END'");
      statement.execute(
          "CREATE TRIGGER refuse BEFORE INSERT ON token_ledger_events FOR EACH ROW EXECUTE FUNCTION refuse()");
    }
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      for (int seq = 0; seq < 100; seq++) {
        UsageRecord.Builder usage = QueueFixture.usage();
        if (seq == 63) {
          usage.set(UsageField.MODEL, "poison");
        }
        queue.append(seq, usage.build());
      }
    }

    DrainSummary summary = ledger.drainAll(queues);

    assertThat(summary.events()).isEqualTo(99);
    assertThat(summary.gaps()).isZero();
    assertThat(ledger.query("SELECT source_seq || ' ' || sqlstate FROM token_ledger_dead_letters"))
        .containsExactly("63 22003");
    assertThat(ledger.drainAll(queues).deadLetters()).isZero();
  }

  @Test
  void aSegmentThatWasCutInTheMiddleIsAGapOfOne() throws Exception {
    Path segment;
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.appendToSegment(0).appendToSegment(1);
      segment = queue.directory.resolve(QueueLayout.segmentName(0));
    }
    try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 3);
    }

    ledger.drainAll(queues);
    ledger.drainAll(queues);

    assertThat(ledger.seqs()).containsExactly("0");
    assertThat(ledger.query("SELECT kind || ' ' || missing FROM token_ledger_gaps"))
        .containsExactly("torn 1");
  }

  @Test
  void aSourceDescriptionThatIsDamagedIsNamedAndItsRecordsWait() throws Exception {
    String description;
    Path file;
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0);
      file = queue.directory.resolve(QueueLayout.SOURCE_FILE);
      description = Files.readString(file);
    }
    Files.writeString(file, "{\"source_id\": ");

    DrainSummary damaged = ledger.drainAll(queues);
    Files.writeString(file, description);
    DrainSummary repaired = ledger.drainAll(queues);

    assertThat(damaged.notices())
        .singleElement()
        .asString()
        .startsWith(file + " is not a source description")
        .contains("stay on disk");
    assertThat(repaired.events()).isEqualTo(1);
  }

  @Test
  void aCopiedOrRenamedDirectoryAddsNothing() throws Exception {
    Path original;
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0).append(1);
      original = queue.directory;
    }
    ledger.drainAll(queues);
    Path copy = Files.createDirectories(queues.resolve("shop-2"));
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }

    assertThat(ledger.drainAll(queues).events()).isZero();
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_sources")).containsExactly("1");
  }

  @Test
  void aRepeatedReportCountsOnceAndNamesTheRowThatCounts() throws Exception {
    UUID first = UUID.randomUUID();
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(
          0,
          QueueFixture.usage()
              .set(UsageField.EVENT_ID, first)
              .set(UsageField.DEDUPE_KEY, "k")
              .build());
      queue.append(1, QueueFixture.usage().set(UsageField.DEDUPE_KEY, "k").build());
    }
    ledger.drainAll(queues);
    try (QueueFixture other = new QueueFixture(queues, "shop-2")) {
      other.append(0, QueueFixture.usage().set(UsageField.DEDUPE_KEY, "k").build());
    }
    ledger.drainAll(queues);

    assertThat(ledger.query("SELECT sum(input_tokens) FROM token_ledger_events"))
        .containsExactly("10");
    assertThat(
            ledger.query(
                "SELECT DISTINCT metadata ->> 'repeat_of' FROM token_ledger_events WHERE input_tokens IS NULL"
                    + " AND usage_note = '{counted_elsewhere}'"))
        .containsExactly(first.toString());
    assertThat(ledger.query("SELECT sum(calls) FROM token_ledger_daily WHERE repeat"))
        .containsExactly("2");
  }

  @Test
  void aClockThatIsWrongIsBookedNowAndKept() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, QueueFixture.usage().set(UsageField.TIMESTAMP, Instant.EPOCH).build());
      queue.append(
          1,
          QueueFixture.usage()
              .set(UsageField.TIMESTAMP, Instant.parse("2199-01-01T00:00:00Z"))
              .build());
    }

    ledger.drainAll(queues);

    assertThat(
            ledger.query(
                "SELECT agent_timestamp FROM token_ledger_events WHERE timestamp = ingested_at ORDER BY 1"))
        .containsExactly("1970-01-01 00:00:00+00", "2199-01-01 00:00:00+00");
  }

  @Test
  void theRollupSaysWhatTheChargesSay() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0).append(1, QueueFixture.usage().set(UsageField.INPUT_TOKENS, null).build());
      queue.append(
          2,
          QueueFixture.usage().set(UsageField.TEAM, "a").set(UsageField.STATUS, "error").build());
      queue.append(
          3,
          QueueFixture.usage()
              .set(
                  UsageField.ITERATIONS,
                  "[{\"type\":\"message\",\"model\":\"m1\",\"input_tokens\":7,\"output_tokens\":null},"
                      + "{\"type\":\"advisor_message\",\"model\":null,\"input_tokens\":8,\"cost_usd\":\"0.003\"}]")
              .build());
    }
    ledger.drainAll(queues);

    assertThat(
            ledger.query(
                "SELECT concat_ws('|', day, provider, model, team, sum(calls), sum(charges), sum(input_tokens),"
                    + " sum(input_tokens_unknown), sum(output_tokens), sum(cost_usd), sum(cost_unknown))"
                    + " FROM token_ledger_daily GROUP BY day, provider, model, team ORDER BY model, team"))
        .isEqualTo(
            ledger.query(
                "SELECT concat_ws('|', timestamp::date, provider, model, team, sum(calls), count(*),"
                    + " COALESCE(sum(input_tokens), 0), count(*) - count(input_tokens), COALESCE(sum(output_tokens), 0),"
                    + " COALESCE(sum(cost_usd), 0), count(*) - count(cost_usd))"
                    + " FROM token_ledger_charges GROUP BY timestamp::date, provider, model, team ORDER BY model, team"))
        .hasSize(3);
  }

  @Test
  void keepsDrainedFilesForAsLongAsConfiguredAndThenDeletesThem() throws Exception {
    Path directory;
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0);
      directory = queue.directory;
    }
    ledger.drainAll(queues);
    assertThat(directory).exists();

    DrainSettings atOnce = new DrainSettings(queues, Duration.ZERO, true, Duration.ZERO);
    try (Drain drain = ledger.drain(queues, atOnce)) {
      drain.drainAll();
    }

    assertThat(directory).doesNotExist();
    assertThat(ledger.query("SELECT deleted_at IS NOT NULL FROM token_ledger_sources"))
        .containsExactly("t");
    assertThat(ledger.seqs()).containsExactly("0");
  }

  @Test
  void neverDeletesFilesWhenToldToKeepThem() throws Exception {
    Path directory;
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0);
      directory = queue.directory;
    }
    DrainSettings never = new DrainSettings(queues, Duration.ZERO, false, Duration.ZERO);
    try (Drain drain = ledger.drain(queues, never)) {
      drain.drainAll();
      drain.drainAll();
    }

    assertThat(directory).isDirectoryContaining(file -> file.toString().endsWith(".cq4"));
  }

  @Test
  void deletesWholeOldCyclesOfALiveSourceOnly() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        Drain drain =
            ledger.drain(
                queues, new DrainSettings(queues, Duration.ofHours(1), true, Duration.ZERO))) {
      queue.append(0).nextCycle().append(1).nextCycle().append(2);
      List<Path> cycles = cycles(queue.directory);
      Files.setLastModifiedTime(
          cycles.get(0), FileTime.from(Instant.now().minus(Duration.ofHours(2))));
      Files.setLastModifiedTime(
          cycles.get(2), FileTime.from(Instant.now().minus(Duration.ofHours(2))));

      holdLock(queue.directory, drain::drainAll);

      assertThat(cycles(queue.directory)).containsExactly(cycles.get(1), cycles.get(2));
    }
  }

  @Test
  void aLedgerThatWasRestoredToAnOlderStateIsCaughtUp() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0).append(1).append(2);
    }
    ledger.drainAll(queues);
    ledger.query(
        "WITH gone AS (DELETE FROM token_ledger_events RETURNING 1), rolled AS (DELETE FROM token_ledger_daily"
            + " RETURNING 1), back AS (DELETE FROM token_ledger_sources RETURNING 1) SELECT 1");

    assertThat(ledger.drainAll(queues).events()).isEqualTo(3);
    assertThat(ledger.seqs()).containsExactly("0", "1", "2");
  }

  private static List<Path> cycles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".cq4")).sorted().toList();
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  /** As the live process of that directory. */
  private static void holdLock(Path directory, Step step) throws Exception {
    try (FileChannel channel =
            FileChannel.open(directory.resolve(QueueLayout.LOCK_FILE), StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      step.run();
    }
  }

  private Map<Path, String> contents() throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(queues)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            file,
            Files.getLastModifiedTime(file) + " " + Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return contents;
  }
}

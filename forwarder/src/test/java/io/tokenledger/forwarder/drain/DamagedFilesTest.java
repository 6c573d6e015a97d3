package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.ReadPosition;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.record.QueueLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that were cut, or in which bytes have changed: what cannot be read is a gap or a dead
 * letter, and the rest is read. {@code -Ddamage.rounds=100000} changes more bytes.
 */
@ExtendWith(PostgresExtension.class)
class DamagedFilesTest {
  private static final int RECORDS = 8;
  private static final int ROUNDS = Integer.getInteger("damage.rounds", 500);
  private static final long SEED = Long.getLong("damage.seed", 20261122L);

  /** In a segment's header. */
  private static final int VERSION_AT = 7;

  private static final String REFUSE_LETTERS =
      "ALTER TABLE token_ledger.token_ledger_dead_letters"
          + " ADD CONSTRAINT refused CHECK (false) NOT VALID";
  private static final String TAKE_LETTERS =
      "ALTER TABLE token_ledger.token_ledger_dead_letters DROP CONSTRAINT refused";

  @TempDir Path queues;

  /** What reading an ended source to its end came to. */
  private record Reading(TreeSet<Long> seqs, long missing, int deadLetters, int torn) {
    /** Records that were read, or that something stands for. */
    long accounted() {
      return seqs.size() + missing + deadLetters + torn;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void takesEveryWholeRecordAndNotesATornOneHoweverTheFileIsCut(boolean chronicle)
      throws Exception {
    Path file = source("shop-1", chronicle, RECORDS);
    List<RawEntry> entries = entries();
    byte[] whole = Files.readAllBytes(file);
    RawEntry before = entries.get(RECORDS - 2);
    RawEntry last = entries.get(RECORDS - 1);

    for (long length = before.nextOffset(); length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, (int) length));

      Reading reading = read();

      boolean isWhole = reading.seqs().size() == RECORDS;
      boolean began =
          chronicle ? isAnyNonZero(whole, last.offset(), length) : length > last.offset();
      String cut = "cut at " + length + ", the last begins at " + last.offset();
      assertThat(reading.seqs()).as(cut).hasSizeBetween(RECORDS - 1, RECORDS);
      assertThat(isWhole).as(cut).isEqualTo(length >= end(last, chronicle));
      assertThat(reading.torn()).as(cut).isEqualTo(began && !isWhole ? 1 : 0);
      assertThat(reading.missing()).as(cut).isZero();
      assertThat(reading.deadLetters()).as(cut).isZero();
      if (length > last.nextOffset()) {
        break; // zeros that Chronicle allocated ahead
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void accountsForEveryRecordWhateverByteHasChanged(boolean chronicle) throws Exception {
    Path file = source("shop-1", chronicle, RECORDS);
    byte[] whole = Files.readAllBytes(file);
    int end = (int) entries().get(RECORDS - 1).nextOffset();
    Random random = new Random(SEED);

    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = whole.clone();
      int at = random.nextInt(end);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);

      Reading reading = read();

      String what = "byte " + at + " of " + end + ", seed " + SEED + ": " + reading;
      assertThat(reading.accounted()).as(what).isGreaterThanOrEqualTo(RECORDS);
      assertThat(reading.seqs().size()).as(what).isGreaterThanOrEqualTo(RECORDS - 1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsOnBehindAStretchThatIsOverwritten(boolean chronicle) throws Exception {
    Path file = source("shop-1", chronicle, RECORDS);
    byte[] whole = Files.readAllBytes(file);
    List<RawEntry> entries = entries();
    Random random = new Random(SEED);
    for (int first = 0; first < RECORDS - 1; first++) {
      for (int last = first; last < RECORDS - 1; last++) {
        byte[] damaged = whole.clone();
        int from = (int) entries.get(first).offset();
        int to = (int) entries.get(last).nextOffset();
        byte[] noise = new byte[to - from];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, damaged, from, noise.length);
        Files.write(file, damaged);

        Reading reading = read();

        String what = "records " + first + " to " + last + ": " + reading;
        assertThat(reading.seqs()).as(what).hasSize(RECORDS - (last - first + 1));
        assertThat(reading.accounted()).as(what).isGreaterThanOrEqualTo(RECORDS);
        assertThat(reading.deadLetters()).as(what).isPositive();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsOnInTheNextFileAndTheRestOfTheDamagedOne(boolean chronicle) throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      for (int seq = 0; seq < 9; seq++) {
        if (seq > 0 && seq % 3 == 0) {
          roll(queue, chronicle);
        }
        append(queue, chronicle, seq);
      }
    }
    RawEntry second = entries().get(1);
    Path file = queues.resolve("shop-1").resolve(second.file());
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, (int) second.offset(), (int) second.offset() + 4, (byte) 0xA5);
    Files.write(file, bytes);

    Reading reading = read();

    assertThat(reading.seqs()).containsExactly(0L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    assertThat(reading.deadLetters()).isEqualTo(1);
    assertThat(reading.missing()).isZero();
  }

  @Test
  void takesAVersionThatHasChangedForDamageAndReadsTheFile() throws Exception {
    Path file = source("shop-1", false, RECORDS);
    byte[] bytes = Files.readAllBytes(file);
    bytes[VERSION_AT] ^= 0x40;
    Files.write(file, bytes);

    Reading reading = read();

    assertThat(reading.seqs()).hasSize(RECORDS);
    assertThat(reading.deadLetters()).as("the header").isEqualTo(1);
    assertThat(reading.missing()).isZero();
  }

  /** Where nothing behind the header is an entry as we know it, the version is believed. */
  @Test
  void leavesASegmentOfALaterFormatToALaterForwarderAndReadsOtherSources(PostgresSettings settings)
      throws Exception {
    Path file = source("shop-1", false, RECORDS);
    byte[] known = Files.readAllBytes(file);
    byte[] later = known.clone();
    later[VERSION_AT] = 2;
    for (int at = VERSION_AT + 1; at < later.length; at++) {
      later[at] ^= 0x5A;
    }
    Files.write(file, later);
    try (QueueFixture other = new QueueFixture(queues, "shop-2")) {
      other.append(0).append(1);
    }
    try (Ledger ledger = new Ledger(settings)) {
      DrainSummary summary = ledger.drainAll(queues);

      assertThat(summary.events()).as("of the other source").isEqualTo(2);
      assertThat(summary.gaps() + summary.deadLetters()).isZero();
      assertThat(summary.notices())
          .containsExactly(
              file
                  + " has format 2; this program reads up to 1: upgrade the forwarder; until then"
                  + " this source waits and its records stay on disk.");
      assertThat(file).hasBinaryContent(later);

      Files.write(file, known);
      assertThat(ledger.drainAll(queues).events()).as("later, all of it").isEqualTo(RECORDS);
    }
  }

  @Test
  void aCycleThatWasDeletedInTheMiddleIsAGapOfItsRecords() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0).append(1).nextCycle().append(2).append(3).append(4).nextCycle().append(5);
    }
    try (Stream<Path> files = Files.list(queues.resolve("shop-1"))) {
      Files.delete(
          files
              .filter(file -> file.toString().endsWith(QueueLayout.CYCLE_SUFFIX))
              .sorted()
              .toList()
              .get(1));
    }

    Reading reading = read();

    assertThat(reading.seqs()).containsExactly(0L, 1L, 5L);
    assertThat(reading.missing()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsTheBytesOfWhatIsDamagedInTheTransactionOfThePosition(
      boolean chronicle, PostgresSettings settings) throws Exception {
    Path file = source("shop-1", chronicle, RECORDS);
    RawEntry third = entries().get(2);
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, (int) third.offset(), (int) third.offset() + 20, (byte) 0x5A);
    Files.write(file, bytes);
    try (Ledger ledger = new Ledger(settings)) {
      execute(ledger, REFUSE_LETTERS);
      assertThatThrownBy(() -> ledger.drainAll(queues)).isInstanceOf(StoreException.class);
      assertThat(ledger.query("SELECT position FROM token_ledger.token_ledger_sources"))
          .as("without the letter the position does not pass it")
          .containsExactly("2");
      execute(ledger, TAKE_LETTERS);

      DrainSummary summary = ledger.drainAll(queues);

      assertThat(summary.deadLetters()).isEqualTo(1);
      assertThat(summary.gaps()).isZero();
      assertThat(ledger.seqs()).containsExactly("0", "1", "3", "4", "5", "6", "7");
      assertThat(
              ledger.query(
                  "SELECT concat_ws(' ', octet_length(record), left(encode(record, 'hex'), 8),"
                      + " left(reason, 8)) FROM token_ledger.token_ledger_dead_letters"))
          .containsExactly((third.nextOffset() - third.offset()) + " 5a5a5a5a damaged:");
      assertThat(ledger.drainAll(queues).deadLetters()).as("once").isZero();
    }
  }

  private static void execute(Ledger ledger, String sql) throws SQLException {
    try (Connection connection = ledger.database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Path source(String name, boolean chronicle, int records) throws IOException {
    try (QueueFixture queue = new QueueFixture(queues, name)) {
      for (int seq = 0; seq < records; seq++) {
        append(queue, chronicle, seq);
      }
    }
    return queues.resolve(name).resolve(entries().get(0).file());
  }

  private static void append(QueueFixture queue, boolean chronicle, int seq) throws IOException {
    if (chronicle) {
      queue.append(seq);
    } else {
      queue.appendToSegment(seq);
    }
  }

  private static void roll(QueueFixture queue, boolean chronicle) throws IOException {
    if (chronicle) {
      queue.nextCycle();
    } else {
      queue.nextSegment();
    }
  }

  /** Chronicle's next entry is aligned, so the last one may end before. */
  private static long end(RawEntry last, boolean chronicle) {
    return chronicle ? last.offset() + Integer.BYTES + last.bytes().length : last.nextOffset();
  }

  private static boolean isAnyNonZero(byte[] bytes, long from, long to) {
    return LongStream.range(from, to).anyMatch(at -> bytes[(int) at] != 0);
  }

  private List<RawEntry> entries() throws IOException {
    List<RawEntry> entries = new ArrayList<>();
    try (SourceReader reader = reader()) {
      reader.pull(Integer.MAX_VALUE, Long.MAX_VALUE, step -> entries.add(step.raw()));
    }
    return entries;
  }

  /** As a drain reads a source whose process has ended. */
  private Reading read() throws IOException {
    Reading[] reading = {new Reading(new TreeSet<>(), 0, 0, 0)};
    try (SourceReader reader = reader()) {
      Pulled torn;
      do {
        reader.pull(Integer.MAX_VALUE, Long.MAX_VALUE, step -> reading[0] = with(reading[0], step));
        torn = reader.tornEnd();
        if (torn != null) {
          reading[0] = with(reading[0], torn);
        }
      } while (torn != null);
    }
    return reading[0];
  }

  private static Reading with(Reading reading, Pulled step) {
    if (step.entry() != null) {
      reading.seqs().add(step.entry().seq());
    }
    boolean torn = step.gap() != null && step.gap().kind().equals("torn");
    return new Reading(
        reading.seqs(),
        reading.missing() + (step.gap() == null || torn ? 0 : step.gap().missing()),
        reading.deadLetters() + (step.problem() == null ? 0 : 1),
        reading.torn() + (torn ? 1 : 0));
  }

  private SourceReader reader() {
    SourceDirectory directory = new SourceDiscovery(queues, notice -> {}).scan().iterator().next();
    return new SourceReader(
        directory,
        new Lease(directory.source().sourceId(), ReadPosition.START, 0),
        new FileWindow());
  }
}

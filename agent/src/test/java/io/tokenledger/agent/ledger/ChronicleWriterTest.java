package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.RecordCodec;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleWriterTest {
  private static final int CYCLE_BYTES = 300_000;

  @TempDir Path base;
  private final RecordCodec codec = new RecordCodec();
  private final HandClock clock = new HandClock();
  private long seq;

  @Test
  void rollsWhenAFileIsFullAndTheMinuteHasPassed() throws Exception {
    File directory = Sources.create(base).path();
    try (ChronicleWriter writer = writer(directory, 1 << 30)) {
      for (int cycle = 0; cycle < 4; cycle++) {
        appendBytes(writer, CYCLE_BYTES + 10_000);
        clock.advance(Duration.ofMinutes(1));
      }
      appendBytes(writer, 10_000);
    }
    assertThat(cycles(directory)).hasSize(5);
    assertThat(directory.list()).noneMatch(name -> name.endsWith(".precreated"));
    assertReadsAllInOrder(directory);
  }

  @Test
  void doesNotRollASmallFileBeforeAnHour() throws Exception {
    File directory = Sources.create(base).path();
    try (ChronicleWriter writer = writer(directory, 1 << 30)) {
      appendBytes(writer, 1_000);
      clock.advance(Duration.ofMinutes(59));
      appendBytes(writer, 1_000);
      assertThat(cycles(directory)).hasSize(1);
      clock.advance(Duration.ofMinutes(1));
      appendBytes(writer, 1_000);
      assertThat(cycles(directory)).hasSize(2);
    }
    assertReadsAllInOrder(directory);
  }

  @Test
  void staysInItsCycleWhenTheClockGoesBack() throws Exception {
    File directory = Sources.create(base).path();
    try (ChronicleWriter writer = writer(directory, 1 << 30)) {
      appendBytes(writer, 1_000);
      clock.advance(Duration.ofDays(-2));
      appendBytes(writer, 1_000);
    }
    assertThat(cycles(directory)).hasSize(1);
    assertReadsAllInOrder(directory);
  }

  @Test
  void goesOnInTheCycleAfterWhenAFileIsFullAndTheClockWentBack() throws Exception {
    File directory = Sources.create(base).path();
    try (ChronicleWriter writer = writer(directory, 1 << 30)) {
      appendBytes(writer, 1_000);
      clock.advance(Duration.ofDays(-2));
      appendBytes(writer, 2 * CYCLE_BYTES + 10_000);
      clock.advance(Duration.ofDays(3));
      appendBytes(writer, 10_000);
    }
    assertThat(cycles(directory))
        .extracting(File::getName)
        .containsExactlyInAnyOrder(
            "20261121-2200.cq4", "20261121-2201.cq4", "20261121-2202.cq4", "20261122-2200.cq4");
    assertReadsAllInOrder(directory);
  }

  @Test
  void refusesBeyondItsShareAndGoesOnWhenTheReaderFreedSome() throws Exception {
    File directory = Sources.create(base).path();
    Path notOurs =
        Files.write(directory.toPath().resolve("segment-000009.tlseg"), new byte[2 << 20]);
    try (ChronicleWriter writer = writer(directory, 4 << 20)) {
      assertThatThrownBy(() -> appendBytes(writer, 8 << 20))
          .isInstanceOf(RefusedEntryException.class)
          .hasMessageContaining("queue.max_bytes");
      Files.delete(notOurs);
      Sources.await("room again", () -> takesOne(writer));
      appendBytes(writer, 100_000);
    }
    assertReadsAllInOrder(directory);
  }

  @Test
  void keepsBlocksOnDiskAheadOfTheWritePosition() throws Exception {
    File directory = Sources.create(base).path();
    try (ChronicleWriter writer = writer(directory, 1 << 30)) {
      for (int i = 0; i < 40; i++) {
        appendBytes(writer, 60_000);
        long written = (i + 1) * 60_000L;
        assertThat(allocatedBytes(cycles(directory)[0]))
            .isGreaterThanOrEqualTo(written + ChronicleWriter.MARGIN - 64 * 1024);
      }
    }
  }

  @Test
  void makesFilesOfTheConfiguredMode() throws Exception {
    File directory = Sources.create(base).path();
    try (ChronicleWriter writer = writer(directory, 1 << 30)) {
      appendBytes(writer, 1_000);
    }
    for (File file : directory.listFiles()) {
      assertThat((int) Files.getAttribute(file.toPath(), "unix:mode") & 0777)
          .as(file.getName())
          .isEqualTo(0600);
    }
  }

  private ChronicleWriter writer(File directory, long maxBytes)
      throws IOException, RefusedEntryException {
    AgentConfig.Queue limits = new AgentConfig.Queue(base.toString(), maxBytes, 1L << 32, 0, 0600);
    return new ChronicleWriter(
        directory, new FileMode(0600, 0700), new DiskGuard(directory, limits), clock, CYCLE_BYTES);
  }

  private void appendBytes(ChronicleWriter writer, long bytes) throws RefusedEntryException {
    for (long left = bytes; left > 0; ) {
      byte[] entry = codec.encode(new LedgerEntry(new UUID(1, 2), seq, Sources.record(seq)));
      writer.append(entry);
      seq++;
      left -= entry.length;
    }
  }

  private boolean takesOne(ChronicleWriter writer) {
    try {
      appendBytes(writer, 1);
      return true;
    } catch (RefusedEntryException e) {
      return false;
    }
  }

  private void assertReadsAllInOrder(File directory) {
    List<LedgerEntry> entries = QueueContents.chronicleEntries(directory);
    assertThat(entries)
        .extracting(LedgerEntry::seq)
        .containsExactlyElementsOf(LongStream.range(0, seq).boxed().toList());
  }

  private static File[] cycles(File directory) {
    return directory.listFiles((dir, name) -> name.endsWith(".cq4"));
  }

  /** What the file really takes, as {@code stat} tells it: its length counts holes too. */
  private static long allocatedBytes(File file) throws IOException {
    Process stat = new ProcessBuilder("stat", "-c", "%b %B", file.getPath()).start();
    String[] blocks = new String(stat.getInputStream().readAllBytes()).trim().split(" ");
    return Long.parseLong(blocks[0]) * Long.parseLong(blocks[1]);
  }

  private static final class HandClock extends Clock {
    private Instant now = Instant.parse("2026-11-21T22:00:30Z");

    void advance(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}

package io.tokenledger.forwarder.cli;

import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.SegmentFileWriter;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/** The queue of an application that ended: calls of several models, one of them unreadable. */
final class SampleQueue {
  private final RecordCodec codec = new RecordCodec();
  private final UUID source = UUID.randomUUID();
  private final Path directory;

  private SampleQueue(Path base, String service) throws IOException {
    directory = Files.createDirectories(base.resolve(service + "-20261120T110000Z-0a1b2c3d"));
    Files.createFile(directory.resolve(QueueLayout.LOCK_FILE));
    Files.writeString(
        directory.resolve(QueueLayout.SOURCE_FILE),
        "{\"source_id\":\""
            + source
            + "\",\"service\":\""
            + service
            + "\",\"host\":\"h\",\"pid\":17,\"started_at\":\"2026-11-20T11:00:00Z\"}");
  }

  /**
   * Writes calls one second apart, each of 100 tokens in and 20 out.
   *
   * @param calls how many, and one record beyond that nobody can read
   */
  static void write(Path base, String service, Instant first, int calls) throws IOException {
    SampleQueue queue = new SampleQueue(base, service);
    try (SegmentFileWriter segment =
        new SegmentFileWriter(queue.directory.resolve(QueueLayout.segmentName(0)).toFile())) {
      for (int seq = 0; seq < calls; seq++) {
        segment.append(queue.call(service, first.plusSeconds(seq), seq));
      }
      segment.append("this is no record".getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A record of a source that is on no disk. */
  static byte[] record(UUID source) {
    return new RecordCodec()
        .encode(
            new LedgerEntry(
                source,
                0,
                UsageRecord.builder()
                    .set(UsageField.EVENT_ID, UUID.randomUUID())
                    .set(UsageField.TIMESTAMP, Instant.parse("2026-11-20T13:00:00Z"))
                    .set(UsageField.PROVIDER, "openai")
                    .build()));
  }

  private byte[] call(String service, Instant at, int seq) {
    UsageRecord call =
        UsageRecord.builder()
            .set(UsageField.EVENT_ID, UUID.randomUUID())
            .set(UsageField.TIMESTAMP, at)
            .set(UsageField.PROVIDER, "openai")
            .set(UsageField.API, "openai.chat")
            .set(UsageField.MODEL, seq % 2 == 0 ? "gpt-4o-mini" : "gpt-4o")
            .set(UsageField.BILLED, true)
            .set(UsageField.STATUS, "success")
            .set(UsageField.COMPLETION, "complete")
            .set(UsageField.USAGE_SOURCE, "provider")
            .set(UsageField.INPUT_TOKENS, 100L)
            .set(UsageField.OUTPUT_TOKENS, 20L)
            .set(UsageField.TOTAL_TOKENS, 120L)
            .set(UsageField.DURATION_MS, 100.0 + seq)
            .set(UsageField.APP_NAME, service)
            .set(UsageField.TEAM, seq % 3 == 0 ? null : "team" + seq % 3)
            .set(UsageField.USER_ID, "user" + seq % 5)
            .set(UsageField.DEDUPE_KEY, seq % 50 == 7 ? "repeated" : null)
            .build();
    return codec.encode(new LedgerEntry(source, seq, call));
  }
}

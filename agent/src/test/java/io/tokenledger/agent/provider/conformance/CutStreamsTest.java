package io.tokenledger.agent.provider.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.provider.conformance.MeterDriver.Pieces;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams that stop anywhere, for any reason: one row, which says so, has no more than what the
 * provider had said by then, and is the same however the bytes arrived.
 */
class CutStreamsTest {
  private static final int CUTS = 16;

  private static final Pattern APIS =
      Pattern.compile("(anthropic|bedrock|gemini|cohere|ollama|alephalpha)\\.");

  private static final Set<UsageField<?>> OF_THE_RUN =
      Set.of(
          UsageField.EVENT_ID,
          UsageField.TIMESTAMP,
          UsageField.DURATION_MS,
          UsageField.TIME_TO_FIRST_BYTE_MS,
          UsageField.TIME_TO_FIRST_TOKEN_MS);
  private static final List<UsageField<Long>> COUNTS =
      List.of(
          UsageField.INPUT_TOKENS,
          UsageField.OUTPUT_TOKENS,
          UsageField.CACHE_READ_TOKENS,
          UsageField.CACHE_WRITE_TOKENS,
          UsageField.TOTAL_TOKENS);

  private final MeterDriver driver = new MeterDriver();

  static Stream<Recording> streams() {
    return Stream.concat(
            RecordedExchangesTest.own().stream(),
            Transcripts.given() ? Transcripts.calls().stream() : Stream.empty())
        .filter(exchange -> APIS.matcher(exchange.api()).lookingAt())
        .filter(Recording::streamed);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void saysNoMoreThanTheProviderDidWhenTheBodyEndsEarly(Recording exchange) {
    assertPartial(exchange, Exchange::responseEnd);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void saysNoMoreThanTheProviderDidWhenTheConnectionBreaks(Recording exchange) {
    assertPartial(exchange, metered -> metered.failed(new IOException("Connection reset")));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void saysNoMoreThanTheProviderDidWhenTheCallerTurnsAway(Recording exchange) {
    assertPartial(exchange, Exchange::cancelled);
  }

  /** Gemini says why it finished in the same event as what it cost, and before it. */
  @Test
  void takesAReasonWhoseEventStopsHalfwayForNoEnd() {
    Recording exchange =
        Recording.own().stream()
            .filter(it -> it.name().endsWith(".counts-restart-per-step"))
            .findFirst()
            .orElseThrow();
    byte[] body = exchange.responseBody();
    int length = exchange.responseText().lastIndexOf("\"thoughtsTokenCount\"");

    UsageRecord record =
        record(
            exchange, Arrays.copyOf(body, length), Pieces.of(body.length), Exchange::responseEnd);

    assertThat(record.get(UsageField.STOP_REASON)).isEqualTo("STOP");
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("partial");
    assertThat(record.get(UsageField.ERROR_TYPE)).isEqualTo("stream_truncated");
    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("cut");
    assertThat(record.get(UsageField.OUTPUT_TOKENS)).isEqualTo(20);
  }

  private void assertPartial(Recording exchange, Consumer<Exchange> end) {
    byte[] body = exchange.responseBody();
    UsageRecord whole = record(exchange, body, Pieces.of(body.length), Exchange::responseEnd);
    Random random = new Random(exchange.name().hashCode());
    for (int i = 0; i < CUTS; i++) {
      int length = i < 4 ? body.length - 1 - i : random.nextInt(body.length);
      byte[] cut = Arrays.copyOf(body, length);
      UsageRecord partial = record(exchange, cut, Pieces.of(body.length), end);
      String how = length + " of " + body.length + " bytes";

      for (Pieces pieces :
          List.of(Pieces.of(1), Pieces.of(7), Pieces.of(4096), Pieces.random(300, i))) {
        assertThat(columns(record(exchange, cut, pieces, end))).as(how).isEqualTo(columns(partial));
      }
      assertIsPartOf(whole, partial, how);
    }
  }

  private static void assertIsPartOf(UsageRecord whole, UsageRecord partial, String how) {
    // A stream that compacts begins with the compaction's own input; its last report leaves that to
    // the iterations.
    boolean compacted = whole.get(UsageField.ITERATIONS) != null;
    for (UsageField<Long> count : COUNTS) {
      // A report of Gemini may leave out what an earlier step's had.
      if (partial.get(count) != null && whole.get(count) != null && !compacted) {
        assertThat(partial.get(count))
            .as(how + ": " + count.columnName())
            .isLessThanOrEqualTo(whole.get(count));
      }
    }
    if ("complete".equals(partial.get(UsageField.COMPLETION))) {
      // The terminal event came, and what was cut off were bytes after it.
      assertThat(partial.get(UsageField.USAGE_RAW))
          .as(how)
          .isEqualTo(whole.get(UsageField.USAGE_RAW));
      return;
    }
    assertThat(partial.get(UsageField.COMPLETION)).as(how).isEqualTo("partial");
    assertThat(partial.get(UsageField.STATUS)).as(how).isIn("error", "cancelled");
    if (partial.get(UsageField.USAGE_RAW) == null) {
      assertThat(partial.get(UsageField.USAGE_NOTE)).as(how).isNotEmpty();
    }
  }

  private UsageRecord record(
      Recording exchange, byte[] body, Pieces pieces, Consumer<Exchange> end) {
    List<UsageRecord> records = driver.records(exchange, body, null, pieces, end);
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  private static Map<String, Object> columns(UsageRecord record) {
    Map<String, Object> columns = new TreeMap<>();
    for (UsageField<?> field : UsageField.ALL) {
      if (record.get(field) != null && !OF_THE_RUN.contains(field)) {
        columns.put(field.columnName(), record.get(field));
      }
    }
    return columns;
  }
}

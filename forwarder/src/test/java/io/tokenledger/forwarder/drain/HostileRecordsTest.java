package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.CataloguePricer;
import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.rollup.Difference;
import io.tokenledger.forwarder.store.rollup.Verification;
import io.tokenledger.record.UsageField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that no agent of ours writes, but a damaged file or somebody else's program may: each
 * becomes a row or a dead letter with its bytes, and holds up nothing.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class HostileRecordsTest {
  private static final long NOON_MICROS =
      ChronoUnit.MICROS.between(Instant.EPOCH, QueueFixture.NOON);

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
  void eachIsARowOrADeadLetter() throws Exception {
    List<Map<String, Object>> records = new ArrayList<>();
    for (UsageField<?> field : UsageField.ALL) {
      if (field != UsageField.EVENT_ID) {
        for (Object value : hostile(field)) {
          Map<String, Object> record = plain();
          record.put(field.columnName(), value);
          records.add(record);
        }
      }
    }
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      for (int seq = 0; seq < records.size(); seq++) {
        queue.appendBytes(record(queue.sourceId, seq, "exchange", records.get(seq)));
      }
      queue.append(records.size());
    }

    DrainSummary summary = drainAll();

    assertThat(summary.events() + summary.deadLetters()).isEqualTo(records.size() + 1);
    assertThat(ledger.query("SELECT position FROM token_ledger_sources"))
        .containsExactly(String.valueOf(records.size() + 1));
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_dead_letters WHERE record IS NULL"))
        .containsExactly("0");
    assertThat(differences()).isEmpty();
  }

  @Test
  void soAreGapsReportsAndKindsThatNobodyKnows() throws Exception {
    List<Long> times = List.of(Long.MIN_VALUE, -1L, 0L, NOON_MICROS, Long.MAX_VALUE);
    int records = 0;
    int counted = 0;
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      for (long time : times) {
        for (long count : List.of(Long.MIN_VALUE, -5L, 0L, 1L, Long.MAX_VALUE)) {
          for (String reason : List.of("", "a\u0000", "\ud800", "x".repeat(50_000), "disk")) {
            queue.appendBytes(
                record(
                    queue.sourceId,
                    records++,
                    "gap",
                    Map.of("reason", reason, "count", count, "first", time, "last", time)));
          }
        }
        for (String report :
            List.of(
                "",
                "{",
                "[]",
                "{\"coverage\":{\"a\":{\"b\":{\"exchanges\":9223372036854775807}}}}",
                "{\"coverage\":{\"\\u0000\":{\"b\":{\"exchanges\":5}}}}",
                "{\"coverage\":{\"a\":{\"" + "b".repeat(9_000) + "\":{\"exchanges\":5}}}}",
                "{\"coverage\":{\"a\":5,\"b\":[{\"c\":{\"exchanges\":1e99}}]}}",
                "{\"clients\":5,\"coverage\":null,\"unlisted_hosts\":{\"metered\":{\"\":{\"\":1}}}}")) {
          queue.appendBytes(
              record(
                  queue.sourceId, records++, "agent_report", Map.of("at", time, "report", report)));
        }
      }
      for (String kind : List.of("", "\u0000", "\ud800", "k".repeat(50_000), "Exchange")) {
        queue.appendBytes(record(queue.sourceId, records++, kind, Map.of("later", "value")));
      }
      queue.append(records++);
    }

    DrainSummary summary = drainAll();

    assertThat(summary.events()).isEqualTo(1);
    assertThat(ledger.query("SELECT position FROM token_ledger_sources"))
        .containsExactly(String.valueOf(records));
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_gaps WHERE missing < 1"))
        .containsExactly("0");
  }

  @Test
  void aNumberThatCannotBeIsADeadLetterAndBelievedOfNoOther() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0);
      for (long number : List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1)) {
        queue.appendBytes(record(queue.sourceId, number, "exchange", plain()));
        assertThat(drainAll().deadLetters()).isEqualTo(1);
      }
      queue.append(5).append(6);

      drainAll();
    }

    assertThat(ledger.seqs()).containsExactly("0", "5", "6");
    assertThat(ledger.query("SELECT position FROM token_ledger_sources")).containsExactly("7");
  }

  private DrainSummary drainAll() {
    DrainSettings settings =
        new DrainSettings(queues, Duration.ofHours(24), true, Duration.ofSeconds(5));
    PriceSource prices = PriceSource.fixed(new CataloguePricer(Catalogue.builtIn()));
    try (Drain drain = new Drain(ledger.database, prices, settings)) {
      return drain.drainAll();
    }
  }

  private List<Difference> differences() {
    List<Difference> found = new ArrayList<>();
    new Verification(ledger.database).run(null, null, found::add);
    return found;
  }

  private static List<Object> hostile(UsageField<?> field) {
    return switch (field.type()) {
      case UUID -> List.of(new byte[16], "not bytes");
      case INSTANT ->
          List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L, -1L, 946_684_800_000_000L, 1.5, "now");
      case TEXT ->
          List.of(
              "", "\u0000", "a\u0000b", "\ud800", "\udc00x", "x".repeat(50_000), "' \\ \" {}", 7L);
      case JSON ->
          List.of(
              "",
              "{",
              "null",
              "[]",
              "5",
              "\"text\"",
              "[null, 5, \"x\", [], {}]",
              "{\"a\":\"\\u0000\"}",
              "{\"a\":\"\\ud800\"}",
              "{\"seconds\":1e999,\"pages\":1e999}",
              "{\"seconds\":1e-999999999,\"images\":1e2147483647}",
              "{\"seconds\":1e2147483648}",
              "{\"seconds\":-1e99}",
              "{\"input_tokens\":99999999999999999999,\"search_units\":1e300}",
              "{\"web_search_requests\":99999999999999999999,\"web_search_queries\":1e99}",
              "[{\"input_tokens\":1.5,\"output_tokens\":\"x\",\"cost_usd\":\"y\"}]",
              "[{\"input_tokens\":{},\"model\":5,\"type\":[]}]",
              "[{\"input_tokens\":99999999999999999999,\"output_tokens\":-5}]",
              "[{\"input_tokens\":9223372036854775807,\"output_tokens\":9223372036854775807,"
                  + "\"cache_read_tokens\":9223372036854775807}]",
              "[".repeat(3_000) + "]".repeat(3_000),
              "{\"a\":" + "9".repeat(40_000) + "}",
              "{\"a\":1} {}",
              "{\"a\":1,\"a\":2}");
      case LONG, INT ->
          List.of(
              Long.MIN_VALUE,
              Long.MAX_VALUE,
              -1L,
              0L,
              (long) Integer.MAX_VALUE,
              BigInteger.TWO.pow(64),
              BigInteger.TWO.pow(2_000),
              1.5,
              "5");
      case DOUBLE ->
          List.of(
              Double.NaN,
              Double.POSITIVE_INFINITY,
              Double.NEGATIVE_INFINITY,
              Double.MIN_VALUE,
              Double.MAX_VALUE,
              -1.0,
              -0.0,
              1e12,
              Long.MAX_VALUE,
              new BigDecimal(BigInteger.ONE, -2_000_000_000));
      case BOOLEAN -> List.of(1L, "true");
      case DECIMAL ->
          List.of(
              BigDecimal.ZERO,
              new BigDecimal("-1"),
              new BigDecimal("1e-70"),
              new BigDecimal("1e70"),
              new BigDecimal(BigInteger.TEN.pow(900), 450),
              new BigDecimal(BigInteger.ONE, 20_000),
              new BigDecimal(BigInteger.ONE, 65_540),
              new BigDecimal(BigInteger.ONE, 262_144),
              new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE),
              new BigDecimal(BigInteger.ONE, -131_000),
              new BigDecimal(BigInteger.ONE, -200_000_000),
              new BigDecimal(BigInteger.ONE, -Integer.MAX_VALUE),
              Double.NaN,
              1.5);
      case TEXT_LIST ->
          List.of(
              List.of("a\u0000"),
              List.of(""),
              List.of("\ud800"),
              List.of("counted_elsewhere"),
              List.of("x".repeat(50_000)),
              new ArrayList<>(java.util.Collections.nCopies(9_000, "not_reported")));
    };
  }

  private static Map<String, Object> plain() {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("event_id", UUID.randomUUID());
    record.put("timestamp", NOON_MICROS);
    record.put("provider", "openai");
    record.put("api", "openai.chat");
    record.put("model", "gpt-4o-mini");
    record.put("status", "success");
    record.put("input_tokens", 10L);
    record.put("reported_cost_kind", "charged");
    return record;
  }

  private static byte[] record(UUID source, long seq, String kind, Map<String, Object> fields)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CBORGenerator out = new CBORFactory().createGenerator(bytes)) {
      out.enable(CBORGenerator.Feature.LENIENT_UTF_ENCODING);
      out.writeStartObject();
      out.writeNumberField("version", 1);
      out.writeStringField("kind", kind);
      out.writeFieldName("source_id");
      write(out, source);
      out.writeNumberField("seq", seq);
      for (Map.Entry<String, Object> field : fields.entrySet()) {
        out.writeFieldName(field.getKey());
        write(out, field.getValue());
      }
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void write(CBORGenerator out, Object value) throws IOException {
    if (value instanceof UUID id) {
      out.writeBinary(
          ByteBuffer.allocate(16)
              .putLong(id.getMostSignificantBits())
              .putLong(id.getLeastSignificantBits())
              .array());
    } else if (value instanceof byte[] binary) {
      out.writeBinary(binary);
    } else if (value instanceof BigDecimal decimal) {
      out.writeNumber(decimal);
    } else if (value instanceof BigInteger number) {
      out.writeNumber(number);
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof Double number) {
      out.writeNumber(number);
    } else if (value instanceof List<?> list) {
      out.writeStartArray();
      for (Object element : list) {
        write(out, element);
      }
      out.writeEndArray();
    } else {
      out.writeString((String) value);
    }
  }
}

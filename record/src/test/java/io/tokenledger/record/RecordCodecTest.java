package io.tokenledger.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
  private static final UUID SOURCE = UUID.fromString("019a0000-0000-7000-8000-000000000001");

  private final RecordCodec codec = new RecordCodec();

  @Test
  void givesBackWhatItWasGiven() throws Exception {
    RandomRecords records = new RandomRecords(1);
    for (int i = 0; i < 3_000; i++) {
      LedgerEntry entry = records.entry();
      assertThat(codec.decode(codec.encode(entry))).isEqualTo(entry);
    }
  }

  @Test
  void writesVersionAndKindFirst() {
    byte[] bytes = codec.encode(exchange(UsageRecord.builder().build()));
    assertThat(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1))
        .contains("version")
        .matches("(?s)..version.dkindhexchangeisource_id.*");
  }

  @Test
  void keepsFieldsAndKindsOfALaterVersion() throws Exception {
    byte[] later =
        cbor(
            out -> {
              out.writeNumberField("version", 2);
              out.writeStringField("kind", "exchange");
              out.writeStringField("shiny", "new");
              out.writeBinaryField("source_id", new byte[16]);
              out.writeNumberField("seq", 9);
              out.writeNumberField("input_tokens", 12);
              out.writeObjectFieldStart("nested");
              out.writeNumberField("deep", 1);
              out.writeEndObject();
            });
    LedgerEntry entry = codec.decode(later);
    UsageRecord record = (UsageRecord) entry.body();
    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(12);
    assertThat(record.unknown()).isEqualTo(Map.of("shiny", "new", "nested", Map.of("deep", 1L)));
    assertThat(codec.decode(codec.encode(entry))).isEqualTo(entry);
  }

  @Test
  void takesNullForAbsent() throws Exception {
    byte[] bytes =
        cbor(
            out -> {
              head(out, "exchange");
              out.writeNullField("input_tokens");
              out.writeNullField("later");
            });
    UsageRecord record = (UsageRecord) codec.decode(bytes).body();
    assertThat(record).isEqualTo(UsageRecord.builder().build());
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    byte[] bytes =
        cbor(
            out -> {
              head(out, "exchange");
              out.writeStringField("input_tokens", "many");
            });
    assertThatThrownBy(() -> codec.decode(bytes))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageMatching("input_tokens is a whole number, not VALUE_STRING at byte \\d+");
  }

  @Test
  void refusesEveryCutOfAnEntry() {
    byte[] bytes = codec.encode(exchange(new RandomRecords(7).usage()));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> codec.decode(cut))
          .as("cut at %d", length)
          .isInstanceOf(UndecodableRecordException.class);
    }
  }

  @Test
  void refusesWhatFollowsAnEntry() {
    byte[] bytes = codec.encode(exchange(UsageRecord.builder().build()));
    assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void answersAnyBytesWithAnEntryOrOneException() {
    Random random = new Random(3);
    RandomRecords records = new RandomRecords(4);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = codec.encode(records.entry());
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        codec.decode(bytes);
      } catch (UndecodableRecordException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void makesTextStorable() throws Exception {
    UsageRecord record =
        UsageRecord.builder()
            .set(UsageField.USER_ID, "a\u0000b\ud800")
            .set(UsageField.ERROR_MESSAGE, "x".repeat(5_000))
            .set(UsageField.METADATA, "{\"k\":\"\\u0000\"}")
            .build();
    UsageRecord back = roundTrip(record);
    assertThat(back.get(UsageField.USER_ID)).isEqualTo("a\ufffdb\ufffd");
    assertThat(back.get(UsageField.ERROR_MESSAGE)).hasSize(1_000);
    assertThat(back.get(UsageField.METADATA)).isEqualTo("{\"k\":\"\\ufffd\"}");
  }

  @Test
  void leavesOutAUsageObjectThatIsTooLongAndSaysSo() throws Exception {
    UsageRecord record =
        UsageRecord.builder()
            .set(UsageField.INPUT_TOKENS, 5L)
            .set(UsageField.USAGE_NOTE, List.of("anomaly"))
            .set(UsageField.USAGE_RAW, "[" + "1,".repeat(10_000) + "1]")
            .build();
    UsageRecord back = roundTrip(record);
    assertThat(back.get(UsageField.USAGE_RAW)).isNull();
    assertThat(back.get(UsageField.USAGE_NOTE)).containsExactly("anomaly", "too_large");
    assertThat(back.get(UsageField.INPUT_TOKENS)).isEqualTo(5);
  }

  @Test
  void leavesOutWhatIsNoJson() throws Exception {
    UsageRecord back =
        roundTrip(UsageRecord.builder().set(UsageField.USAGE_RAW, "{\"a\":").build());
    assertThat(back.get(UsageField.USAGE_RAW)).isNull();
    assertThat(back.get(UsageField.USAGE_NOTE)).containsExactly("anomaly");
  }

  @Test
  void leavesOutNumbersThatNoColumnHolds() throws Exception {
    UsageRecord back =
        roundTrip(
            UsageRecord.builder()
                .set(UsageField.REPORTED_COST_USD, new BigDecimal("1e99999"))
                .set(UsageField.DURATION_MS, Double.NaN)
                .build());
    assertThat(back.get(UsageField.REPORTED_COST_USD)).isNull();
    assertThat(back.get(UsageField.DURATION_MS)).isNull();
    assertThat(back.get(UsageField.USAGE_NOTE)).containsExactly("anomaly");
  }

  @Test
  void keepsTheCountsOfTheLargestRecord() throws Exception {
    UsageRecord.Builder record = UsageRecord.builder();
    for (UsageField<?> field : UsageField.ALL) {
      fill(record, field);
    }
    byte[] bytes = codec.encode(exchange(record.build()));
    assertThat(bytes.length).isLessThanOrEqualTo(RecordCodec.MAX_BYTES);
    UsageRecord back = (UsageRecord) codec.decode(bytes).body();
    assertThat(back.get(UsageField.OUTPUT_TOKENS)).isEqualTo(Long.MAX_VALUE);
    assertThat(back.get(UsageField.BILLABLE)).isNotNull();
    assertThat(back.get(UsageField.USAGE_NOTE)).contains("too_large");
  }

  @Test
  void refusesAnEntryThatCannotBeMadeToFit() {
    UsageRecord.Builder record = UsageRecord.builder();
    for (int i = 0; i < 10; i++) {
      record.unknown("later_" + i, "x".repeat(16_000));
    }
    LedgerEntry entry = exchange(record.build());
    assertThatThrownBy(() -> codec.encode(entry)).isInstanceOf(IllegalArgumentException.class);
  }

  @SuppressWarnings("unchecked")
  private static void fill(UsageRecord.Builder record, UsageField<?> field) {
    Object value =
        switch (field.type()) {
          case UUID -> SOURCE;
          case INSTANT -> Instant.EPOCH;
          case TEXT -> "\u20ac".repeat(field.maxLength());
          case JSON -> '"' + "\u20ac".repeat(field.maxLength() - 2) + '"';
          case LONG -> Long.MAX_VALUE;
          case INT -> Integer.MAX_VALUE;
          case DOUBLE -> Double.MAX_VALUE;
          case BOOLEAN -> true;
          case DECIMAL -> new BigDecimal("9".repeat(60));
          case TEXT_LIST -> List.of("\u20ac".repeat(300));
        };
    record.set(
        (UsageField<Object>) field, field == UsageField.BILLABLE ? "{\"seconds\":1}" : value);
  }

  private UsageRecord roundTrip(UsageRecord record) throws UndecodableRecordException {
    return (UsageRecord) codec.decode(codec.encode(exchange(record))).body();
  }

  private static LedgerEntry exchange(UsageRecord record) {
    return new LedgerEntry(SOURCE, 3, record);
  }

  private static void head(JsonGenerator out, String kind) throws IOException {
    out.writeNumberField("version", 1);
    out.writeStringField("kind", kind);
    out.writeBinaryField("source_id", new byte[16]);
    out.writeNumberField("seq", 1);
  }

  private interface Fields {
    void write(JsonGenerator out) throws IOException;
  }

  private static byte[] cbor(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = new CBORFactory().createGenerator(bytes)) {
      out.writeStartObject();
      fields.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }
}

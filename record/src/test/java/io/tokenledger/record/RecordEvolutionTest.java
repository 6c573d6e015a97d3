package io.tokenledger.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A version of the record format is the fields in {@code golden/v<version>-fields.txt} and the
 * bytes beside them. Whoever changes either adds a version: {@code
 * docs/contributing/changing-the-record.md}.
 */
class RecordEvolutionTest {
  private static final UUID SOURCE = UUID.fromString("019aa8a2-3c00-7abc-8def-0123456789ab");
  private static final List<String> KINDS =
      List.of("every-field", "exchange", "gap", "agent-report", "unknown-kind");

  private final RecordCodec codec = new RecordCodec();

  @Test
  void theFieldsOfThisVersionAreThoseOfItsList() throws Exception {
    assertThat(fieldsNow())
        .as("add version %s with its files", RecordCodec.VERSION + 1)
        .containsExactlyElementsOf(fields(RecordCodec.VERSION));
  }

  @Test
  void noFieldOfAnEarlierVersionIsGoneOrOfAnotherType() throws Exception {
    for (int version = 1; version <= RecordCodec.VERSION; version++) {
      List<String> names = fields(version).stream().map(line -> nameAndType(line)).toList();
      assertThat(fieldsNow().stream().map(line -> nameAndType(line)).toList())
          .as("version %s", version)
          .containsAll(names);
    }
  }

  @Test
  void everyVersionHasItsBytesAndTheyAreRead() throws Exception {
    for (int version = 1; version <= RecordCodec.VERSION; version++) {
      for (String kind : KINDS) {
        byte[] bytes = bytes("v" + version + "-" + kind + ".hex");
        assertThat(codec.decode(bytes).sourceId()).as("v%s %s", version, kind).isEqualTo(SOURCE);
      }
    }
  }

  @Test
  void theBytesOfEachVersionHaveEachOfItsFields() throws Exception {
    for (int version = 1; version <= RecordCodec.VERSION; version++) {
      UsageRecord record =
          (UsageRecord) codec.decode(bytes("v" + version + "-every-field.hex")).body();
      for (String line : fields(version)) {
        String name = line.split(" ")[0];
        UsageField<?> field =
            UsageField.ALL.stream()
                .filter(one -> one.columnName().equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(record.get(field)).as("v%s %s", version, name).isEqualTo(sample(field));
      }
      assertThat(record.unknown()).as("v%s", version).isEmpty();
    }
  }

  @Test
  void stillWritesThisVersionAsItWas() throws Exception {
    UsageRecord.Builder record = UsageRecord.builder();
    UsageField.ALL.forEach(field -> set(record, field));

    assertThat(HexFormat.of().formatHex(codec.encode(new LedgerEntry(SOURCE, 7, record.build()))))
        .isEqualTo(HexFormat.of().formatHex(bytes("v" + RecordCodec.VERSION + "-every-field.hex")));
  }

  /** Written by hand as a version to come might write it; no version of ours ever will. */
  @Test
  void keepsWhatANewerVersionSaysAndWritesItAgain() throws Exception {
    byte[] newer = bytes("newer-exchange.hex");
    LedgerEntry entry = codec.decode(newer);

    UsageRecord record = (UsageRecord) entry.body();
    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(10);
    assertThat(record.unknown())
        .containsEntry("thought_tokens", 12L)
        .containsEntry("carbon", Map.of("grams", List.of(1L, 2L)));
    assertThat(((UsageRecord) codec.decode(codec.encode(entry)).body()).unknown())
        .isEqualTo(record.unknown());
  }

  private static String nameAndType(String line) {
    String[] words = line.split(" ");
    return words[0] + " " + words[1];
  }

  private static List<String> fieldsNow() {
    return UsageField.ALL.stream()
        .map(field -> field.columnName() + " " + field.type() + " " + field.maxLength())
        .toList();
  }

  private static List<String> fields(int version) throws IOException {
    return new ArrayList<>(text("v" + version + "-fields.txt").lines().toList());
  }

  @SuppressWarnings("unchecked")
  private static <T> void set(UsageRecord.Builder record, UsageField<T> field) {
    record.set(field, (T) sample(field));
  }

  /** A value that tells the fields apart, by name: a later version may put others between them. */
  private static Object sample(UsageField<?> field) {
    int number = Math.floorMod(field.columnName().hashCode(), 1_000);
    return switch (field.type()) {
      case UUID -> new UUID(0x019aa8a23c7b7001L, 0x8002_0000_0000_0000L + number);
      case INSTANT -> Instant.parse("2026-11-21T22:00:00.123456Z");
      case TEXT -> field.columnName() + "-value";
      case JSON -> "{\"" + field.columnName() + "\":" + number + "}";
      case LONG -> 1_000_000_000_000L + number;
      case INT -> 200 + number;
      case DOUBLE -> number + 0.25;
      case BOOLEAN -> true;
      case DECIMAL -> new BigDecimal("0.00680715");
      case TEXT_LIST -> List.of("first", "second");
    };
  }

  private static byte[] bytes(String name) throws IOException {
    return HexFormat.of().parseHex(text(name).replaceAll("\\s", ""));
  }

  private static String text(String name) throws IOException {
    try (InputStream in = RecordEvolutionTest.class.getResourceAsStream("/golden/" + name)) {
      assertThat(in).as("golden file %s", name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

package io.tokenledger.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Entries as other writers than ours may write them: every kind of value of CBOR (RFC 8949), in
 * every form that its standard allows, byte by byte. What has no name here is kept, what is of
 * another type than its name is refused, and nothing is believed about a length.
 */
class ForeignValuesTest {
  private static final UUID SOURCE = UUID.fromString("019aa8a2-3c00-7abc-8def-0123456789ab");
  private static final String SOURCE_BYTES = "50019aa8a23c007abc8def0123456789ab";

  private final RecordCodec codec = new RecordCodec();

  static Stream<Arguments> valuesOfAnyKind() {
    return Stream.of(
        arguments("whole number", "1903e8", 1000L),
        arguments("whole number in more bytes than it needs", "1b00000000000003e8", 1000L),
        arguments("negative number", "3903e7", -1000L),
        arguments("largest long", "1b7fffffffffffffff", Long.MAX_VALUE),
        arguments("smallest long", "3b7fffffffffffffff", Long.MIN_VALUE),
        arguments("number beyond a long", "1bffffffffffffffff", big("18446744073709551615")),
        arguments("below a long", "3bffffffffffffffff", big("-18446744073709551616")),
        arguments("bignum", "c249010000000000000000", big("18446744073709551616")),
        arguments("half float", "f93e00", 1.5),
        arguments("smallest half float", "f90001", 5.960464477539063E-8),
        arguments("float", "fa3fc00000", 1.5),
        arguments("double", "fb3ff199999999999a", 1.1),
        arguments("infinity in half", "f97c00", Double.POSITIVE_INFINITY),
        arguments("no number", "f97e00", Double.NaN),
        arguments("decimal fraction", "c48221196ab3", new BigDecimal("273.15")),
        arguments("true", "f5", true),
        arguments("false", "f4", false),
        arguments("text", "63c3a961", "\u00e9a"),
        arguments("empty text", "60", ""),
        arguments("text in pieces", "7f616162c3a9ff", "a\u00e9"),
        arguments("text with a NUL", "6100", "\u0000"),
        arguments("bytes", "4201ff", bytes(1, 255)),
        arguments("no bytes", "40", bytes()),
        arguments("bytes in pieces", "5f41014102ff", bytes(1, 2)),
        arguments("list", "8201826161f5", List.of(1L, List.of("a", true))),
        arguments("empty list", "80", List.of()),
        arguments("list without a length", "9f019f02ffff", List.of(1L, List.of(2L))),
        arguments("map", "a16161a16162f93e00", Map.of("a", Map.of("b", 1.5))),
        arguments("map without a length", "bf6161bf616202ffff", Map.of("a", Map.of("b", 2L))),
        arguments("map whose keys are numbers", "a1182a02", Map.of("42", 2L)),
        arguments("a date as text", "c0" + text("2026-11-22"), "2026-11-22"),
        arguments("a time as a number", "c11a5f000000", 1593835520L),
        arguments("a tag nobody knows", "d9fffe6161", "a"),
        arguments("tags in tags", "d82ad82ad82a01", 1L),
        arguments("embedded CBOR", "d8184101", bytes(1)),
        arguments("a typed array", "d84044" + "01020304", bytes(1, 2, 3, 4)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("valuesOfAnyKind")
  void keepsAnyValueUnderANameItDoesNotKnow(String kind, String value, Object expected)
      throws Exception {
    String fields = text("before") + "01" + text("later") + value + text("model") + text("m");

    UsageRecord record = (UsageRecord) decode(exchange(fields)).body();

    assertThat(record.unknown()).isEqualTo(Map.of("before", 1L, "later", expected));
    assertThat(record.get(UsageField.MODEL)).isEqualTo("m");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("valuesOfAnyKind")
  void writesAgainWhatItKept(String kind, String value, Object expected) throws Exception {
    LedgerEntry entry = decode(exchange(text("later") + value));

    Map<String, Object> again = ((UsageRecord) codec.decode(codec.encode(entry)).body()).unknown();

    Object stored = expected.equals("\u0000") ? "\ufffd" : expected; // as any text is written
    assertThat(again).isEqualTo(Map.of("later", stored));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("valuesOfAnyKind")
  void keepsAnyValueOfAKindItDoesNotKnow(String kind, String value, Object expected)
      throws Exception {
    LedgerEntry entry = decode(entry("heartbeat", text("later") + value));

    assertThat(entry)
        .isEqualTo(
            new LedgerEntry(SOURCE, 7, new UnknownBody("heartbeat", Map.of("later", expected))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"f6", "f7"}) // null, undefined
  void takesNoValueForNoField(String none) throws Exception {
    UsageRecord record =
        (UsageRecord)
            decode(
                    exchange(
                        text("input_tokens")
                            + none
                            + text("later")
                            + none
                            + text("trace_id")
                            + none
                            + text("usage_note")
                            + none))
                .body();

    assertThat(record).isEqualTo(UsageRecord.builder().build());
  }

  static Stream<Arguments> formsOfKnownValues() {
    return Stream.of(
        arguments("input_tokens", "05", 5L),
        arguments("input_tokens", "1b0000000000000005", 5L),
        arguments("input_tokens", "d82a05", 5L),
        arguments("input_tokens", "c24105", 5L),
        arguments("input_tokens", "1b7fffffffffffffff", Long.MAX_VALUE),
        arguments("input_tokens", "3b7fffffffffffffff", Long.MIN_VALUE),
        arguments("http_status", "1900c8", 200),
        arguments("http_status", "1a7fffffff", Integer.MAX_VALUE),
        arguments("http_status", "3a7fffffff", Integer.MIN_VALUE),
        arguments("duration_ms", "05", 5.0),
        arguments("duration_ms", "f93e00", 1.5),
        arguments("duration_ms", "fa3fc00000", 1.5),
        arguments("duration_ms", "fb3ff199999999999a", 1.1),
        arguments("duration_ms", "c48221196ab3", 273.15),
        arguments("reported_cost_usd", "05", new BigDecimal("5")),
        arguments("reported_cost_usd", "f93e00", new BigDecimal("1.5")),
        arguments("reported_cost_usd", "fb3ff199999999999a", new BigDecimal("1.1")),
        arguments("reported_cost_usd", "c48221196ab3", new BigDecimal("273.15")),
        arguments("reported_cost_usd", "c48220c24105", new BigDecimal("0.5")),
        arguments("streamed", "f5", true),
        arguments("streamed", "f4", false),
        arguments("model", "7f616162c3a9ff", "a\u00e9"),
        arguments("model", "d8206161", "a"),
        arguments("model", "7801" + "61", "a"),
        arguments("model", "64f09f9880", "\ud83d\ude00"),
        arguments("usage_raw", text("{\"a\":1}"), "{\"a\":1}"),
        arguments("usage_note", "80", List.of()),
        arguments("usage_note", "9f616161627f6163ffff", List.of("a", "b", "c")),
        arguments("trace_id", SOURCE_BYTES, SOURCE),
        arguments("trace_id", "d825" + SOURCE_BYTES, SOURCE),
        arguments("trace_id", "5f48019aa8a23c007abc488def0123456789abff", SOURCE),
        arguments("timestamp", "00", Instant.EPOCH),
        arguments("timestamp", "20", Instant.parse("1969-12-31T23:59:59.999999Z")),
        arguments(
            "timestamp", "1b7fffffffffffffff", Instant.ofEpochSecond(9223372036854L, 775807000)));
  }

  @ParameterizedTest(name = "{0} as {1}")
  @MethodSource("formsOfKnownValues")
  void readsAKnownValueInWhateverFormItIsWritten(String name, String value, Object expected)
      throws Exception {
    UsageRecord record = (UsageRecord) decode(exchange(text(name) + value)).body();

    assertThat(record.get(field(name))).isEqualTo(expected);
    assertThat(record.unknown()).isEmpty();
  }

  /** One name for each type of field, with values of all other types. */
  static Stream<Arguments> wrongTypes() {
    Map<String, List<String>> wrong =
        Map.of(
            "input_tokens",
            List.of("f93e00", "fa41200000", "6135", "4105", "8105", "a0", "f5", "c48221196ab3"),
            "http_status",
            List.of("f93e00", "6135", "4105", "8105", "a0", "f5", "1a80000000", "3a80000000"),
            "duration_ms",
            List.of("6135", "4105", "8105", "a0", "f5"),
            "reported_cost_usd",
            List.of("63302e35", "4105", "8105", "a0", "f5", "f97e00", "f97c00"),
            "streamed",
            List.of("01", "00", "6474727565", "4101", "81f5", "a0"),
            "model",
            List.of("05", "f93e00", "420102", "816161", "a0", "f5"),
            "usage_raw",
            List.of("05", "420102", "80", "a0", "f5"),
            "usage_note",
            List.of("05", "6161", "4161", "a0", "f5", "81f6", "818161" + "61", "8105"),
            "event_id",
            List.of("05", text(SOURCE.toString()), "4f" + "00".repeat(15), "51" + "00".repeat(17)),
            "timestamp",
            List.of("f93e00", text("2026-11-22T00:00:00Z"), "4105", "80", "1bffffffffffffffff"));
    return wrong.entrySet().stream()
        .flatMap(each -> each.getValue().stream().map(value -> arguments(each.getKey(), value)));
  }

  @ParameterizedTest(name = "{0} as {1}")
  @MethodSource("wrongTypes")
  void refusesAKnownNameWithAValueOfAnotherType(String name, String value) {
    assertRefused(exchange(text(name) + value));
  }

  @Test
  void takesTheLastOfFieldsThatComeTwice() throws Exception {
    UsageRecord record =
        (UsageRecord)
            decode(
                    exchange(
                        text("input_tokens")
                            + "01"
                            + text("later")
                            + "01"
                            + text("input_tokens")
                            + "02"
                            + text("later")
                            + "6161"))
                .body();

    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(2);
    assertThat(record.unknown()).isEqualTo(Map.of("later", "a"));
  }

  @Test
  void findsTheSourceAndNumberWhereverTheyStand() throws Exception {
    String fields =
        text("later") + "a1" + text("seq") + "09" + text("seq") + "0c" + text("model") + text("m");
    String entry =
        "bf"
            + text("version")
            + "01"
            + text("kind")
            + text("exchange")
            + fields
            + text("source_id")
            + SOURCE_BYTES
            + "ff";

    LedgerEntry read = decode(entry);

    assertThat(read.seq()).isEqualTo(12);
    assertThat(read.sourceId()).isEqualTo(SOURCE);
    assertThat(((UsageRecord) read.body()).unknown()).isEqualTo(Map.of("later", Map.of("seq", 9L)));
  }

  @Test
  void readsAMapWithALengthAndBehindTheMarkOfCbor() throws Exception {
    String fields =
        text("version")
            + "01"
            + text("kind")
            + text("exchange")
            + text("source_id")
            + SOURCE_BYTES
            + text("seq")
            + "07"
            + text("model")
            + text("m");
    LedgerEntry expected =
        new LedgerEntry(SOURCE, 7, UsageRecord.builder().set(UsageField.MODEL, "m").build());

    assertThat(decode("a5" + fields)).isEqualTo(expected);
    assertThat(decode("b90005" + fields)).isEqualTo(expected);
    assertThat(decode("d9d9f7a5" + fields)).isEqualTo(expected);
  }

  @Test
  void readsAPartOfAnArray() throws Exception {
    byte[] entry = HexFormat.of().parseHex(exchange(text("model") + text("m")));
    byte[] padded = new byte[entry.length + 9];
    java.util.Arrays.fill(padded, (byte) 0x61);
    System.arraycopy(entry, 0, padded, 4, entry.length);

    assertThat(codec.decode(padded, 4, entry.length)).isEqualTo(codec.decode(entry));
    assertThatThrownBy(() -> codec.decode(padded, 4, entry.length - 1))
        .isInstanceOf(UndecodableRecordException.class);
    assertThatThrownBy(() -> codec.decode(padded, 4, entry.length + 1))
        .isInstanceOf(UndecodableRecordException.class);
  }

  /** All refused at once, whatever memory or depth of stack they ask for. */
  static Stream<Arguments> bytesThatAreNoEntry() {
    List<Arguments> none = new ArrayList<>();
    none.add(arguments("no bytes", ""));
    none.add(arguments("no map", "01"));
    none.add(arguments("a list", "80"));
    none.add(arguments("a break alone", "ff"));
    none.add(arguments("an empty map", "a0"));
    none.add(arguments("kind before version", "a2" + text("kind") + text("gap") + "00"));
    none.add(arguments("version 0", head("00", text("exchange"), SOURCE_BYTES, "07") + "ff"));
    none.add(arguments("negative version", head("20", text("gap"), SOURCE_BYTES, "07") + "ff"));
    none.add(arguments("version as text", head("6131", text("gap"), SOURCE_BYTES, "07") + "ff"));
    none.add(arguments("kind as bytes", head("01", "43676170", SOURCE_BYTES, "07") + "ff"));
    none.add(arguments("source as text", head("01", text("exchange"), text("s"), "07") + "ff"));
    none.add(arguments("source of null", head("01", text("exchange"), "f6", "07") + "ff"));
    none.add(arguments("number as text", head("01", text("exchange"), SOURCE_BYTES, "6137")));
    none.add(arguments("half a number", head("01", text("exchange"), SOURCE_BYTES, "f93e00")));
    none.add(
        arguments(
            "number beyond a long", head("01", text("gap"), SOURCE_BYTES, "1bffffffffffffffff")));
    none.add(arguments("no source", "a2" + text("version") + "01" + text("kind") + text("x")));
    none.add(arguments("something behind it", exchange("") + "00"));
    none.add(arguments("another behind it", exchange("") + exchange("")));
    none.add(arguments("a break behind it", exchange("") + "ff"));
    none.add(arguments("a list for a name", exchange("810102")));
    none.add(arguments("a name without a value", exchange(text("later"))));
    none.add(arguments("reserved length", exchange(text("later") + "1c")));
    none.add(arguments("a break in a list with a length", exchange(text("later") + "8201ff")));
    none.add(arguments("text of 2 GiB", exchange(text("later") + "7a7fffffff")));
    none.add(arguments("text of 8 EiB", exchange(text("later") + "7b7fffffffffffffff")));
    none.add(arguments("bytes of 2 GiB", exchange(text("later") + "5a7fffffff")));
    none.add(arguments("16 bytes of 2 GiB", exchange(text("trace_id") + "5a7fffffff")));
    none.add(arguments("list of 8 EiB", exchange(text("later") + "9b7fffffffffffffff")));
    none.add(arguments("notes of 2 GiB", exchange(text("usage_note") + "9a7fffffff")));
    none.add(arguments("map of 8 EiB", exchange(text("later") + "bb7fffffffffffffff")));
    none.add(arguments("lists in lists", exchange(text("later") + "81".repeat(60_000) + "01")));
    none.add(arguments("maps in maps", exchange(text("later") + "bf6161".repeat(20_000))));
    none.add(arguments("no UTF-8", exchange(text("model") + "62c328")));
    none.add(arguments("no UTF-8 under a new name", exchange(text("later") + "62c328")));
    none.add(arguments("half a character", exchange(text("model") + "61c3")));
    return none.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bytesThatAreNoEntry")
  void refusesWhatIsNoEntry(String what, String bytes) {
    assertRefused(bytes);
  }

  static Stream<Arguments> otherKindsThatLackSomething() {
    String when = text("first") + "00" + text("last") + "01";
    return Stream.of(
        arguments("gap", text("count") + "04" + when),
        arguments("gap", text("reason") + "6161" + when),
        arguments("gap", text("reason") + "6161" + text("count") + "04" + text("first") + "00"),
        arguments("gap", text("reason") + "05" + text("count") + "04" + when),
        arguments("gap", text("reason") + "6161" + text("count") + "f93e00" + when),
        arguments("gap", text("reason") + "6161" + text("count") + "c249" + "01".repeat(9) + when),
        arguments("agent_report", text("at") + "00"),
        arguments("agent_report", text("report") + "627b7d"),
        arguments("agent_report", text("at") + "00" + text("report") + "a0"));
  }

  @ParameterizedTest
  @MethodSource("otherKindsThatLackSomething")
  void refusesAGapOrReportThatLacksWhatItSays(String kind, String fields) {
    assertRefused(entry(kind, fields));
  }

  @Test
  void leavesOutWhatALaterVersionAddsToAGap() throws Exception {
    String fields =
        text("reason")
            + "6161"
            + text("why")
            + "81a0"
            + text("count")
            + "04"
            + text("first")
            + "00"
            + text("last")
            + "01";

    assertThat(decode(entry("gap", fields)))
        .isEqualTo(
            new LedgerEntry(
                SOURCE, 7, new GapRecord("a", 4, Instant.EPOCH, Instant.ofEpochSecond(0, 1_000))));
  }

  /** Writer and reader agree on a bignum below zero, which Jackson writes as its size alone. */
  @Test
  void readsItsOwnNumbersOfAnySizeAndSign() throws Exception {
    for (String number :
        List.of("18446744073709551616", "340282366920938463463374607431768211455")) {
      for (BigInteger value : List.of(big(number), big(number).negate())) {
        UsageRecord record =
            UsageRecord.builder()
                .set(UsageField.REPORTED_COST_USD, new BigDecimal(value, 9))
                .unknown("later", value)
                .build();
        LedgerEntry entry = new LedgerEntry(SOURCE, 7, record);

        assertThat(codec.decode(codec.encode(entry))).isEqualTo(entry);
      }
    }
  }

  private void assertRefused(String bytes) {
    assertThatThrownBy(() -> decode(bytes))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageMatching("(?s).{1,500} at byte \\d+");
  }

  private LedgerEntry decode(String hex) throws UndecodableRecordException {
    return codec.decode(HexFormat.of().parseHex(hex));
  }

  private static UsageField<?> field(String name) {
    return UsageField.ALL.stream()
        .filter(one -> one.columnName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String exchange(String fields) {
    return entry("exchange", fields);
  }

  private static String entry(String kind, String fields) {
    return head("01", text(kind), SOURCE_BYTES, "07") + fields + "ff";
  }

  private static String head(String version, String kind, String source, String seq) {
    return "bf"
        + text("version")
        + version
        + text("kind")
        + kind
        + text("source_id")
        + source
        + text("seq")
        + seq;
  }

  /** A CBOR text of less than 256 bytes. */
  private static String text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    String length =
        bytes.length < 24
            ? String.format("%02x", 0x60 + bytes.length)
            : String.format("78%02x", bytes.length);
    return length + HexFormat.of().formatHex(bytes);
  }

  private static BigInteger big(String number) {
    return new BigInteger(number);
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip().asReadOnlyBuffer();
  }
}

package io.tokenledger.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DirectDecoderTest {
  private static final UUID SOURCE = UUID.fromString("019a0000-0000-7000-8000-000000000001");

  private final RecordCodec codec = new RecordCodec();
  private final DirectDecoder direct = new DirectDecoder();
  private final EntryDecoder parser = new EntryDecoder(new CBORFactory());

  @Test
  void readsTheUsualExchange() {
    LedgerEntry usual = new LedgerEntry(SOURCE, 70_000, usual());
    assertThat(direct(codec.encode(usual))).isEqualTo(usual);
  }

  @Test
  void readsAPartOfAnArray() {
    LedgerEntry usual = new LedgerEntry(SOURCE, 7, usual());
    byte[] bytes = codec.encode(usual);
    byte[] among = new byte[bytes.length + 20];
    Arrays.fill(among, (byte) 0xff);
    System.arraycopy(bytes, 0, among, 9, bytes.length);
    assertThat(direct.decode(among, 9, bytes.length)).isEqualTo(usual);
    assertThat(direct.decode(among, 9, bytes.length - 1)).isNull();
    assertThat(direct.decode(among, 9, bytes.length + 1)).isNull();
  }

  @Test
  void leavesOtherKindsAndFieldsItDoesNotKnowToTheParser() {
    assertThat(
            direct(
                codec.encode(
                    new LedgerEntry(
                        SOURCE, 1, new GapRecord("overflow", 3, Instant.EPOCH, Instant.EPOCH)))))
        .isNull();
    UsageRecord newer = usual().toBuilder().unknown("shiny", "new").build();
    assertThat(direct(codec.encode(new LedgerEntry(SOURCE, 1, newer)))).isNull();
  }

  @Test
  void leavesTextThatIsNotUtf8ToTheParser() {
    byte[] bytes = codec.encode(new LedgerEntry(SOURCE, 1, usual()));
    int place = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("gpt-4o");
    bytes[place] = (byte) 0xc3;
    assertThat(direct(bytes)).isNull();
  }

  @Test
  void readsWhateverItReadsAsTheParserDoes() {
    RandomRecords records = new RandomRecords(3);
    int read = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = codec.encode(records.entry());
      read += agrees(bytes) ? 1 : 0;
    }
    assertThat(read).isGreaterThan(0);
  }

  @Test
  void readsNoChangedByteOtherwiseThanTheParser() {
    byte[] bytes = codec.encode(new LedgerEntry(SOURCE, 300, usual()));
    int read = 0;
    for (int place = 0; place < bytes.length; place++) {
      byte before = bytes[place];
      for (int value = 0; value < 256; value++) {
        bytes[place] = (byte) value;
        read += agrees(bytes) ? 1 : 0;
      }
      bytes[place] = before;
    }
    assertThat(read).as("those it can read").isBetween(10_000, bytes.length * 255);
  }

  @Test
  void readsNoPartAndNoMixtureOtherwiseThanTheParser() {
    Random random = new Random(5);
    byte[] one = codec.encode(new LedgerEntry(SOURCE, 300, usual()));
    byte[] other = codec.encode(new LedgerEntry(SOURCE, 301, new RandomRecords(9).usage()));
    for (int length = 0; length < one.length; length++) {
      assertThat(direct(Arrays.copyOf(one, length))).isNull();
    }
    for (int i = 0; i < 20_000; i++) {
      int from = random.nextInt(one.length);
      byte[] mixed = one.clone();
      int length = Math.min(random.nextInt(40), Math.min(one.length, other.length) - from);
      if (length > 0) {
        System.arraycopy(other, random.nextInt(other.length - length), mixed, from, length);
      }
      agrees(mixed);
    }
  }

  /** Fails where both read it differently; whether it was read directly. */
  private boolean agrees(byte[] bytes) {
    LedgerEntry read = direct(bytes);
    if (read == null) {
      return false;
    }
    try {
      assertThat(parser.parse(bytes, 0, bytes.length)).isEqualTo(read);
    } catch (UndecodableRecordException refused) {
      fail("the parser refuses " + read, refused);
    }
    return true;
  }

  private LedgerEntry direct(byte[] bytes) {
    return direct.decode(bytes, 0, bytes.length);
  }

  /** Each type of value, short and long. */
  private static UsageRecord usual() {
    return UsageRecord.builder()
        .set(UsageField.EVENT_ID, new UUID(-2, 3))
        .set(UsageField.TIMESTAMP, Instant.parse("2026-11-22T10:00:00.123456Z"))
        .set(UsageField.MODEL, "gpt-4o-mini")
        .set(UsageField.ENDPOINT, "/v1/" + "x".repeat(90))
        .set(UsageField.STREAMED, true)
        .set(UsageField.BILLED, false)
        .set(UsageField.HTTP_STATUS, -200)
        .set(UsageField.USAGE_NOTE, List.of("partial", "größer"))
        .set(UsageField.INPUT_TOKENS, 1L << 40)
        .set(UsageField.OUTPUT_TOKENS, 23L)
        .set(UsageField.CACHE_READ_TOKENS, 24L)
        .set(UsageField.CACHE_WRITE_TOKENS, 300L)
        .set(UsageField.TOTAL_TOKENS, -70_000L)
        .set(UsageField.USAGE_RAW, "{\"n\":\"" + "1".repeat(300) + "\",\"t\":\"日本\"}")
        .set(UsageField.REPORTED_COST_USD, new BigDecimal("0.00012345"))
        .set(UsageField.DURATION_MS, 12.5)
        .set(UsageField.RESPONSE_PREVIEW, "last of the table")
        .build();
  }
}

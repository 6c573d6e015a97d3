package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Response and request bodies of any content, in every framing and encoding: nothing is thrown,
 * what is kept stays in its bounds, and no cut changes what is found. An input is two bytes that
 * choose framing, encoding and cut, then the body.
 */
class BodyFuzzTest {
  private static final int MAX_VALUE = 64;
  private static final List<FieldPath> FIELDS =
      List.of(
          new FieldPath("usage", "usage", FieldPath.Capture.LAST, MAX_VALUE, Set.of("n", "m")),
          new FieldPath("nested", "a.b[0].c", FieldPath.Capture.LAST, MAX_VALUE, Set.of()),
          new FieldPath("each", "list[].n", FieldPath.Capture.EACH, MAX_VALUE, Set.of()),
          FieldPath.sum("sum", "list[].count"),
          new FieldPath("first", "id", FieldPath.Capture.FIRST, MAX_VALUE, Set.of()),
          new FieldPath("model", "model", FieldPath.Capture.LAST, MAX_VALUE, Set.of()),
          FieldPath.tally("types", "list[].type"),
          FieldPath.seen("content", "text"));
  private static final String[] TYPES = {
    null,
    "application/json",
    "text/event-stream",
    "application/x-ndjson",
    "application/vnd.amazon.eventstream",
    "audio/mpeg",
    "application/octet-stream",
    "text/plain"
  };
  private static final String[] ENCODINGS = {
    null, null, null, "gzip", "deflate", "br", "zstd", "gzip, br"
  };
  private static final FieldTable[] TABLES = new FieldTable[StreamForm.values().length];

  static {
    for (StreamForm form : StreamForm.values()) {
      TABLES[form.ordinal()] =
          FieldTable.compile(FIELDS, "[DONE]", Set.of("end", "metadata"), "type", form);
    }
  }

  @FuzzTest
  void findsTheSameInAResponseWhateverTheCut(byte[] input) {
    if (input.length < 2) {
      return;
    }
    FieldTable table = TABLES[(input[0] & 0xff) % TABLES.length];
    String type = TYPES[input[0] >> 5 & 7];
    String encoding = ENCODINGS[input[1] & 7];
    byte[] body = Arrays.copyOfRange(input, 2, input.length);

    Lines wholeLines = new Lines();
    ResponseBody whole = new ResponseBody(table, type, encoding, lines(table, wholeLines));
    whole.feed(body, 0, body.length);
    Lines cutLines = new Lines();
    ResponseBody cut = new ResponseBody(table, type, encoding, lines(table, cutLines));
    Random random = new Random(input[1]);
    for (int at = 0, length; at < body.length; at += length) {
      length = Math.min(1 + random.nextInt(9), body.length - at);
      cut.feed(Arrays.copyOfRange(body, at, at + length), 0, length);
    }
    whole.close();
    cut.close();
    if (whole.deferred()) {
      whole.settle(true);
      cut.settle(true);
    }

    assertThat(found(cut.scanner())).isEqualTo(found(whole.scanner()));
    assertThat(cutLines.text.toString()).isEqualTo(wholeLines.text.toString());
    assertThat(cut.finished()).isEqualTo(whole.finished());
    assertThat(cut.mayEndHere()).isEqualTo(whole.mayEndHere());
    assertThat(cut.streamed()).isEqualTo(whole.streamed());
    assertThat(cut.framing()).isEqualTo(whole.framing());
    assertThat(cut.undecodable()).isEqualTo(whole.undecodable());
  }

  @FuzzTest
  void findsTheSameInARequestWhateverTheCut(byte[] input) {
    FieldTable table = TABLES[0];
    RequestBody whole = new RequestBody(table);
    whole.feed(input, 0, input.length);
    RequestBody cut = new RequestBody(table);
    Random random = new Random(input.length);
    for (int at = 0, length; at < input.length; at += length) {
      length = Math.min(1 + random.nextInt(9), input.length - at);
      cut.feed(Arrays.copyOfRange(input, at, at + length), 0, length);
    }

    assertThat(cut.complete()).isEqualTo(whole.complete());
    for (FieldPath field : FIELDS) {
      assertThat(cut.value(field.name())).isEqualTo(whole.value(field.name()));
      assertThat(cut.tooLarge(field.name())).isEqualTo(whole.tooLarge(field.name()));
    }
  }

  private static LineSink lines(FieldTable table, Lines lines) {
    return table.linesAreRecords() ? lines : null;
  }

  private static String found(FieldScanner scanner) {
    StringBuilder found = new StringBuilder();
    for (FieldPath field : FIELDS) {
      String value = scanner.value(field.name());
      if (value != null && field.capture() != FieldPath.Capture.SUM) {
        assertThat(value.length()).isLessThanOrEqualTo(MAX_VALUE + 2);
      }
      found.append(field.name()).append('=').append(value);
      found.append(scanner.tooLarge(field.name()) ? " too large; " : "; ");
      found.append(scanner.tally(field.name()));
    }
    return found.append(scanner.contentSeen()).toString();
  }

  private static final class Lines implements LineSink {
    final StringBuilder text = new StringBuilder();

    @Override
    public void line(FieldScanner values) {
      text.append(found(values)).append('\n');
    }
  }
}

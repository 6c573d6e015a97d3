package io.tokenledger.agent.streamusage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where the option goes, and that it goes there however the body is cut in either of its writes.
 */
class OptionScannerTest {
  private static final int MAX_BYTES = 1 << 20;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"stream\":true} | {\"stream_options\":{\"include_usage\":true},\"stream\":true}",
        " {\"a\":[1,{\"b\":\"}\"}], \"stream\" : true }"
            + "| {\"stream_options\":{\"include_usage\":true},\"a\":[1,{\"b\":\"}\"}], \"stream\" : true }",
        "{\"stream\":true,\"stream_options\":{}}"
            + "| {\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"stream\":true,\"stream_options\":{ }}"
            + "| {\"stream\":true,\"stream_options\":{\"include_usage\":true }}",
        "{\"stream\":true,\"stream_options\":{\"include_obfuscation\":false},\"n\":1}"
            + "| {\"stream\":true,\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false},\"n\":1}",
        "{\"stream_options\": null , \"stream\":true}"
            + "| {\"stream_options\": {\"include_usage\":true} , \"stream\":true}",
        "{\"stream_options\":{\"include_usage\":false},\"stream\":true}"
            + "| {\"stream_options\":{\"include_usage\":true },\"stream\":true}",
        "{\"stream_options\":{\"include_obfuscation\":true,\"include_usage\": null},\"stream\":true}"
            + "| {\"stream_options\":{\"include_obfuscation\":true,\"include_usage\": true},\"stream\":true}",
        "{\"messages\":[{\"content\":\"\\\"stream_options\\\":{\\\"include_usage\\\":true} \\\\\"}],\"stream\":true}"
            + "| {\"stream_options\":{\"include_usage\":true},\"messages\":[{\"content\":\"\\\"stream_options\\\":{\\\"include_usage\\\":true} \\\\\"}],\"stream\":true}",
        "{\"a\":{\"stream_options\":{\"include_usage\":true}},\"stream\":true}"
            + "| {\"stream_options\":{\"include_usage\":true},\"a\":{\"stream_options\":{\"include_usage\":true}},\"stream\":true}",
      })
  void addsTheOptionHoweverTheBodyIsCut(String body, String edited) throws IOException {
    byte[] bytes = utf8(body);
    for (int cut = 0; cut <= bytes.length; cut++) {
      BodyEdit edit = lookedAt(bytes, cut);
      for (int writeCut = 0; writeCut <= bytes.length; writeCut++) {
        assertThat(written(bytes, writeCut, edit)).isEqualTo(edited.strip());
      }
      assertThat(edit.added()).isEqualTo(edited.strip().length() - bytes.length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"stream\":false}",
        "{\"model\":\"m\"}",
        "{\"stream\":\"true\"}",
        "{\"a\":{\"stream\":true}}",
        "{\"stream\":true,\"stream\":true}",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":1}}",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":\"x\"}}",
        "{\"stream\":true,\"stream_options\":{\"continuous_usage_stats\":true}}",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":false,\"include_usage\":false}}",
        "{\"stream\":true,\"stream_options\":{},\"stream_options\":{}}",
        "{\"stream\":true,\"stream_options\":[]}",
        "{\"stream\":true,\"stream_options\":\"\"}",
        "{\"stream\":true,\"stream_options\":7}",
        "{\"stream\":true,\"\\u0073tream_options\":{}}",
        "{\"stream\":true} {}",
        "{\"stream\":true",
        "{\"stream\":true,}",
        "{\"stream\" true}",
        "[{\"stream\":true}]",
        "model=m&stream=true",
        "",
      })
  void leavesABodyThatAsksOrIsNoPlainStreamRequest(String body) {
    byte[] bytes = utf8(body);
    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(lookedAt(bytes, cut)).isNull();
    }
  }

  @Test
  void leavesABodyBeyondItsBound() {
    byte[] body = utf8("{\"stream\":true}");
    OptionScanner scanner = new OptionScanner(body.length - 1);
    scanner.write(body, 0, body.length);

    assertThat(scanner.edit()).isNull();
    assertThat(scanner.open()).isFalse();
  }

  @Test
  void addsOnlySpacesToABodyThatIsNotTheOneThatWasLookedAt() throws IOException {
    byte[] body = utf8("{\"messages\":[],\"stream\":true,\"stream_options\":{}}");
    byte[] another = utf8("{\"stream_options\":{},\"messages\":[],\"stream\":true}");
    BodyEdit edit = lookedAt(body, 0);

    for (int cut = 0; cut <= another.length; cut++) {
      String written = written(another, cut, edit);
      assertThat(written).hasSize(body.length + edit.added());
      assertThat(written.replace(" ", "")).isEqualTo(new String(another, StandardCharsets.UTF_8));
    }
  }

  @Test
  void editsALongBodyInRandomPieces() throws IOException {
    StringBuilder text = new StringBuilder("{\"messages\":[");
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      text.append(i == 0 ? "" : ",").append("{\"content\":\"").append(i).append("é\\\"{[\"}");
    }
    text.append("],\"stream\":true,\"stream_options\":{\"include_usage\":false}}");
    byte[] body = utf8(text.toString());
    String expected = text.toString().replace("false", "true ");

    for (int run = 0; run < 50; run++) {
      OptionScanner scanner = new OptionScanner(MAX_BYTES);
      for (int from = 0; from < body.length; ) {
        int length = Math.min(1 + random.nextInt(3_000), body.length - from);
        scanner.write(body, from, length);
        from += length;
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (EditedOutput edited = new EditedOutput(out, scanner.edit())) {
        for (int from = 0; from < body.length; ) {
          int length = Math.min(1 + random.nextInt(3_000), body.length - from);
          edited.write(body, from, length);
          from += length;
        }
      }
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
    }
  }

  private static BodyEdit lookedAt(byte[] body, int cut) {
    OptionScanner scanner = new OptionScanner(MAX_BYTES);
    scanner.write(body, 0, cut);
    scanner.write(body, cut, body.length - cut);
    return scanner.edit();
  }

  private static String written(byte[] body, int cut, BodyEdit edit) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (EditedOutput edited = new EditedOutput(out, edit)) {
      edited.write(body, 0, cut);
      edited.write(body, cut, body.length - cut);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseBodyTest {
  private static final FieldTable CHAT =
      FieldTable.compile(
          List.of(FieldPath.usage("usage", "usage", "n"), FieldPath.last("id", "id")),
          "[DONE]",
          Set.of("message_stop"));
  private static final FieldTable NO_TERMINAL_EVENT =
      FieldTable.compile(List.of(FieldPath.usage("usage", "usage", "n")));
  private static final String SSE = "text/event-stream";

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void readsEventsOfAnyLineEnding(String end) {
    String text =
        ": comment\n\nevent: x\ndata: {\"usage\":{\"n\":1}}\n\ndata:{\"id\":\"a\",\ndata: \"usage\":{\"n\":2}}\n\n"
            + "dat: {\"usage\":{\"n\":3}}\n\ndata\n\ndata: \n\ndatax: {\"usage\":{\"n\":4}}\n\n";
    for (int size : new int[] {1, 2, 3, 5, 8, 1000}) {
      ResponseBody body = fed(CHAT, SSE, null, bytes(text.replace("\n", end)), size);
      assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":2}");
      assertThat(body.scanner().value("id")).isEqualTo("\"a\"");
      assertThat(body.finished()).isFalse();
      assertThat(body.mayEndHere()).isFalse();
      assertThat(body.streamed()).isTrue();
    }
  }

  @Test
  void countsALastEventWithoutItsEmptyLine() {
    ResponseBody body = fed(NO_TERMINAL_EVENT, SSE, null, bytes("data: {\"usage\":{\"n\":1}}"), 4);

    assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":1}");
    assertThat(body.mayEndHere()).isTrue();
  }

  @Test
  void startsANewValueWhereEmptyLinesAreLeftOut() {
    String text = "data: {\"usage\":{\"n\":1}}\ndata: {\"usage\":{\"n\":2}}\ndata: [DONE]\n";
    ResponseBody body = fed(CHAT, SSE, null, bytes(text), 9);

    assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":2}");
    assertThat(body.finished()).isTrue();
  }

  @Test
  void isFinishedAtTheLastByteOfTheTerminalData() {
    byte[] text = bytes("data: {\"id\":\"a\"}\n\ndata: [DONE]");

    assertThat(fed(CHAT, SSE, null, text, text.length - 1).scanner().value("id"))
        .isEqualTo("\"a\"");
    ResponseBody body = new ResponseBody(CHAT, SSE, null);
    body.feed(text, 0, text.length - 1);
    assertThat(body.finished()).isFalse();
    body.feed(text, text.length - 1, 1);
    assertThat(body.finished()).isTrue();
  }

  @Test
  void isFinishedWhereTheTerminalTypeCloses() {
    byte[] text = bytes("data: {\"type\":\"message_stop\",\"usage\":{\"n\":5}}");
    ResponseBody body = new ResponseBody(CHAT, SSE, null);
    body.feed(text, 0, text.length - 1);
    assertThat(body.finished()).isFalse();
    body.feed(text, text.length - 1, 1);

    assertThat(body.finished()).isTrue();
    assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":5}");
  }

  @Test
  void takesNoTypeBelowTheTopForATerminalOne() {
    String text =
        "data: {\"a\":{\"type\":\"message_stop\"},\"type\":\"x\"}\n\ndata: {\"text\":\"[DONE]\"}\n\n";

    assertThat(fed(CHAT, SSE, null, bytes(text), 3).finished()).isFalse();
  }

  @Test
  void passesOverAnEventThatIsNoJson() {
    String text = "data: <oops>\n\ndata: {\"usage\":{\"n\":1\n\ndata: {\"usage\":{\"n\":2}}\n\n";

    assertThat(fed(CHAT, SSE, null, bytes(text), 5).scanner().value("usage"))
        .isEqualTo("{\"n\":2}");
  }

  @Test
  void believesTheBytesMoreThanTheContentType() {
    byte[] json = bytes(" \ufeff{\"usage\":{\"n\":1}}");
    byte[] events = bytes("data: {\"usage\":{\"n\":1}}\n\n");
    for (String type : new String[] {null, SSE, "application/json", "application/octet-stream"}) {
      ResponseBody ofJson = fed(CHAT, type, null, json, 2);
      assertThat(ofJson.finished()).isTrue();
      assertThat(ofJson.streamed()).isFalse();
      ResponseBody ofEvents = fed(CHAT, type, null, events, 2);
      assertThat(ofEvents.scanner().value("usage")).isEqualTo("{\"n\":1}");
      assertThat(ofEvents.streamed()).isTrue();
    }
  }

  @Test
  void readsOneValueALine() {
    String text = "{\"usage\":{\"n\":1}}\nnot json\n{\"usage\":{\"n\":2}}";
    ResponseBody body = fed(NO_TERMINAL_EVENT, "application/x-ndjson", null, bytes(text), 4);

    assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":2}");
    assertThat(body.streamed()).isTrue();
  }

  @Test
  void aPlainTextBodyEndsWhereItEnds() {
    ResponseBody body = fed(CHAT, "text/html", null, bytes("<html>502</html>"), 3);

    assertThat(body.mayEndHere()).isTrue();
    assertThat(body.streamed()).isFalse();
  }

  @Test
  void aJsonBodyThatDoesNotCloseIsCut() {
    assertThat(fed(CHAT, null, null, bytes("{\"id\":\"a\""), 3).mayEndHere()).isFalse();
  }

  @Test
  void undoesGzipOfManyMembersAndHeaders() throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    byte[] first = gzip(bytes("{\"usage\":"));
    // Extra field, name, comment and header checksum, as RFC 1952 allows.
    members.write(first, 0, 3);
    members.write(0x1e);
    members.write(first, 4, 6);
    members.write(new byte[] {3, 0, 1, 2, 3, 'n', 0, 'c', 0, 7, 7});
    members.write(first, 10, first.length - 10);
    members.write(gzip(bytes("{\"n\":1}}")));
    for (int size : new int[] {1, 3, 1000}) {
      ResponseBody body = fed(CHAT, null, "gzip", members.toByteArray(), size);
      assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":1}");
      assertThat(body.finished()).isTrue();
      assertThat(body.undecodable()).isFalse();
    }
  }

  @Test
  void undoesDeflateWithAndWithoutItsWrapper() throws IOException {
    for (boolean bare : new boolean[] {false, true}) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(6, bare))) {
        out.write(bytes("{\"usage\":{\"n\":1}}"));
      }
      assertThat(fed(CHAT, null, "deflate", bytes.toByteArray(), 2).scanner().value("usage"))
          .isEqualTo("{\"n\":1}");
    }
  }

  @Test
  void undoesEncodingsInTheOrderOfTheHeader() throws IOException {
    byte[] twice = gzip(gzip(bytes("{\"usage\":{\"n\":1}}")));

    assertThat(fed(CHAT, null, "gzip, X-GZIP", twice, 7).scanner().value("usage"))
        .isEqualTo("{\"n\":1}");
  }

  @Test
  void saysUndecodableOfAnUnknownEncodingAndOfBrokenData() throws IOException {
    byte[] broken = gzip(bytes("{\"usage\":{\"n\":1}}"));
    broken[10] = 0x07; // a block of the reserved type

    assertThat(fed(CHAT, null, "compress", bytes("x"), 1).undecodable()).isTrue();
    assertThat(fed(CHAT, null, "gzip", bytes("{\"id\":1}"), 1).undecodable()).isTrue();
    assertThat(fed(CHAT, null, "gzip", broken, 4).undecodable()).isTrue();
    assertThat(fed(CHAT, null, "identity", bytes("{}"), 1).undecodable()).isFalse();
  }

  @Test
  void ignoresWhatComesAfterItWasClosed() throws IOException {
    byte[] gzip = gzip(bytes("{\"usage\":{\"n\":1}}"));
    ResponseBody body = new ResponseBody(CHAT, null, "gzip");
    body.feed(gzip, 0, 12);
    body.close();
    body.feed(gzip, 12, gzip.length - 12);

    assertThat(body.scanner().value("usage")).isNull();
  }

  private static ResponseBody fed(
      FieldTable table, String type, String encoding, byte[] bytes, int size) {
    ResponseBody body = new ResponseBody(table, type, encoding);
    for (int at = 0; at < bytes.length; at += size) {
      body.feed(bytes, at, Math.min(size, bytes.length - at));
    }
    return body;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

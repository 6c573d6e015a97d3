package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
  private static final FieldTable FIELDS =
      FieldTable.compile(
          List.of(
              FieldPath.last("model", "model"),
              FieldPath.last("stream", "stream"),
              FieldPath.last("n", "n"),
              FieldPath.last("user", "user"),
              FieldPath.last("missing", "missing"),
              FieldPath.tally("include", "include")));

  @Test
  void readsFieldsOfAFormAroundAFileWhateverTheCut() throws IOException {
    byte[] form = form("-----------x", audio(500));

    everyCut(
        form,
        body -> {
          assertThat(body.complete()).isTrue();
          assertThat(body.value("model")).isEqualTo("\"whisper-1\"");
          assertThat(body.value("stream")).isEqualTo("true");
          assertThat(body.value("n")).isEqualTo("2");
          assertThat(body.value("user")).isEqualTo("\"a\\u0022\u00fc\\u000d\\u000ab\"");
          assertThat(body.tally("include")).containsEntry("logprobs", 1L).containsEntry("x", 1L);
          assertThat(body.value("missing")).isNull();
        });
  }

  @Test
  void isNotMisledByAFileFullOfBeginningsOfTheBoundary() throws IOException {
    byte[] file = bytes("\r\n--\r\n--x\r\r\n--xy\r\n-\r\n--x\r\n--x-\r\n\r\n--x".repeat(20));
    byte[] form = form("xyz", file);

    everyCut(form, body -> assertThat(body.value("model")).isEqualTo("\"whisper-1\""));
  }

  @Test
  void doesNotReadWhatAFileSaysOfItself() {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"model\"; filename=\"model\"\r\n\r\nx\r\n"
            + "--b\r\nContent-Disposition: form-data; filename*=UTF-8''a; name=user\r\n\r\nx\r\n"
            + "--b--\r\n";
    RequestBody body = fed(bytes(form), 3);

    assertThat(body.complete()).isTrue();
    assertThat(body.value("model")).isNull();
    assertThat(body.value("user")).isNull();
  }

  @Test
  void saysThatAFieldIsTooLarge() {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\n"
            + "u".repeat(100_000)
            + "\r\n--b--\r\n";
    RequestBody body = fed(bytes(form), 4096);

    assertThat(body.tooLarge("user")).isTrue();
    assertThat(body.value("user")).isNull();
  }

  @Test
  void isNotCompleteWithoutTheLastBoundary() throws IOException {
    byte[] form = form("b", audio(10));
    RequestBody body = new RequestBody(FIELDS);
    body.feed(form, 0, form.length - 5);

    assertThat(body.complete()).isFalse();
    assertThat(body.value("model")).isEqualTo("\"whisper-1\"");
  }

  @Test
  void readsNothingOfAFormItCannotCut() {
    for (String text : List.of("-1", "--\n", "--" + "b".repeat(80) + "\r\n", "-x\r\n", "--b\n")) {
      RequestBody body = fed(bytes(text), 1);
      assertThat(body.complete()).as(text).isFalse();
    }
  }

  @Test
  void readsAJsonValue() {
    RequestBody body = new RequestBody(FIELDS);
    body.feed(ByteBuffer.wrap(bytes("{\"model\":\"m\",")).asReadOnlyBuffer());
    body.feed(ByteBuffer.wrap(bytes("\"stream\":true}")));

    assertThat(body.complete()).isTrue();
    assertThat(body.value("model")).isEqualTo("\"m\"");
    assertThat(body.value("stream")).isEqualTo("true");
  }

  private static byte[] form(String boundary, byte[] file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    field(out, boundary, "Content-Disposition: form-data; name=\"model\"", "whisper-1");
    field(out, boundary, "content-disposition:form-data;name=stream", "true");
    out.write(
        bytes(
            "--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a; name=\"\r\n"
                + "Content-Type: audio/mpeg\r\n\r\n"));
    out.write(file);
    out.write(bytes("\r\n"));
    field(out, boundary, "Content-Length: 1\r\nContent-Disposition: form-data; name=\"n\"", "2");
    field(out, boundary, "Content-Disposition: form-data; name=\"user\"", "a\"\u00fc\r\nb");
    field(out, boundary, "Content-Disposition: form-data; name=\"include[]\"", "logprobs");
    field(out, boundary, "Content-Disposition: form-data; name=\"include[]\"", "x");
    field(out, boundary, "Content-Disposition: form-data; name=\"prompt\"", "");
    out.write(bytes("--" + boundary + "--\r\n"));
    return out.toByteArray();
  }

  private static void field(
      ByteArrayOutputStream out, String boundary, String headers, String value) throws IOException {
    out.write(bytes("--" + boundary + "\r\n" + headers + "\r\n\r\n" + value + "\r\n"));
  }

  private static void everyCut(byte[] form, Consumer<RequestBody> holds) {
    for (int cut = 0; cut <= form.length; cut++) {
      RequestBody body = new RequestBody(FIELDS);
      body.feed(form, 0, cut);
      body.feed(form, cut, form.length - cut);
      holds.accept(body);
    }
    for (int size : new int[] {1, 2, 3, 7, 64}) {
      holds.accept(fed(form, size));
    }
  }

  private static RequestBody fed(byte[] bytes, int size) {
    RequestBody body = new RequestBody(FIELDS);
    for (int at = 0; at < bytes.length; at += size) {
      body.feed(bytes, at, Math.min(size, bytes.length - at));
    }
    return body;
  }

  private static byte[] audio(int length) {
    byte[] audio = new byte[length];
    new Random(3).nextBytes(audio);
    return audio;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

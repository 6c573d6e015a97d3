package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.decode.Encodings.Encoded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BacklogTest {
  private static final FieldTable FIELDS =
      FieldTable.compile(List.of(FieldPath.usage("usage", "usage", "n")), "[DONE]", Set.of());
  private static final String SSE = "text/event-stream";

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd"})
  void decodesABodyOnceItEnded(String encoding) {
    byte[] encoded = Encodings.encode(encoding, bytes("{\"usage\":{\"n\":7}}"));
    ResponseBody body = fed(encoding, "application/json", encoded, encoded.length);

    assertThat(body.deferred()).isTrue();
    assertThat(body.scanner().value("usage")).isNull();
    body.settle(true);
    assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":7}");
    assertThat(body.finished()).isTrue();
    assertThat(body.undecodable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd"})
  void decodesWhatCameBeforeTheLastFlushOfACutStream(String encoding) {
    Encoded stream = Encodings.encode(encoding, 0, events(40));
    for (int event = 0; event < 40; event++) {
      int cut = stream.flushes().get(event);
      ResponseBody body = fed(encoding, SSE, stream.bytes(), cut);
      body.settle(false);

      assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":" + event + "}");
      assertThat(body.finished()).isFalse();
      assertThat(body.undecodable()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd"})
  void neverThrowsWhereverItIsCut(String encoding) {
    Encoded stream = Encodings.encode(encoding, 0, events(10));
    for (int cut = 0; cut < stream.bytes().length; cut++) {
      ResponseBody body = fed(encoding, SSE, stream.bytes(), cut);
      body.settle(false);

      assertThat(body.undecodable()).isFalse();
      String usage = body.scanner().value("usage");
      assertThat(usage == null ? "{\"n\":0}" : usage).matches("\\{\"n\":\\d}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd"})
  void findsTheTerminalEventOfAStreamWhoseReaderStoppedThere(String encoding) {
    List<byte[]> events = events(3);
    events.add(bytes("data: [DONE]\n\n"));
    Encoded stream = Encodings.encode(encoding, 0, events);
    ResponseBody body = fed(encoding, SSE, stream.bytes(), stream.flushes().get(3));
    body.settle(false);

    assertThat(body.finished()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd"})
  void takesALargeWindowForAShortBodyAndNotForALongOne(String encoding) {
    byte[] shortBody = bytes(" ".repeat(900_000) + "{\"usage\":{\"n\":7}}");
    byte[] longBody = bytes(" ".repeat(1_200_000) + "{\"usage\":{\"n\":7}}");
    assertThat(settled(encoding, 22, shortBody).scanner().value("usage")).isEqualTo("{\"n\":7}");
    assertThat(settled(encoding, 22, longBody).undecodable()).isTrue();
    assertThat(settled(encoding, 19, longBody).scanner().value("usage")).isEqualTo("{\"n\":7}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd"})
  void holdsNoMoreThanItsBound(String encoding) {
    byte[] noise = new byte[Backlog.MAX_BYTES + 1];
    new Random(5).nextBytes(noise);
    ResponseBody body = fed(encoding, null, noise, noise.length);

    assertThat(body.undecodable()).isTrue();
    body.settle(true);
    assertThat(body.undecodable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd"})
  void decodesNoMoreThanItsBound(String encoding) {
    byte[] bomb = Encodings.encode(encoding, 19, zeros(80)).bytes();
    ResponseBody body = fed(encoding, "audio/mpeg", bomb, bomb.length);
    body.settle(true);

    assertThat(body.undecodable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd"})
  void saysOfBrokenDataThatItCannotBeDecoded(String encoding) {
    byte[] encoded = Encodings.encode(encoding, bytes("{\"usage\":{\"n\":7}}".repeat(40)));
    Random random = new Random(9);
    int undecodable = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] broken = encoded.clone();
      for (int j = 0; j < 4; j++) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      }
      ResponseBody body = fed(encoding, "application/json", broken, broken.length);
      body.settle(true);
      undecodable += body.undecodable() ? 1 : 0;
    }

    assertThat(undecodable).isGreaterThan(500);
  }

  @Test
  void decodesOneEncodingAroundAnother() {
    byte[] inner = Encodings.encode("gzip", bytes("{\"usage\":{\"n\":7}}"));
    byte[] outer = Encodings.encode("br", inner);
    assertThat(settledChain("gzip, br", outer)).isEqualTo("{\"n\":7}");
    byte[] zstd = Encodings.encode("zstd", bytes("{\"usage\":{\"n\":8}}"));
    assertThat(settledChain("zstd, gzip", Encodings.encode("gzip", zstd))).isEqualTo("{\"n\":8}");
  }

  private static String settledChain(String encodings, byte[] encoded) {
    ResponseBody body = fed(encodings, "application/json", encoded, encoded.length);
    body.close();
    body.settle(true);
    assertThat(body.undecodable()).isFalse();
    return body.scanner().value("usage");
  }

  private static ResponseBody settled(String encoding, int windowBits, byte[] plain) {
    byte[] encoded = Encodings.encode(encoding, windowBits, List.of(plain)).bytes();
    ResponseBody body = fed(encoding, null, encoded, encoded.length);
    body.settle(true);
    return body;
  }

  private static ResponseBody fed(String encoding, String type, byte[] bytes, int length) {
    ResponseBody body = new ResponseBody(FIELDS, type, encoding);
    for (int at = 0; at < length; at += 1000) {
      byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(at + 1000, length));
      body.feed(piece, 0, piece.length);
    }
    body.close();
    return body;
  }

  private static List<byte[]> events(int count) {
    List<byte[]> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(bytes("data: {\"id\":\"chatcmpl-x\",\"usage\":{\"n\":" + i + "}}\n\n"));
    }
    return events;
  }

  private static List<byte[]> zeros(int mebibytes) {
    List<byte[]> zeros = new ArrayList<>();
    for (int i = 0; i < mebibytes; i++) {
      zeros.add(new byte[1 << 20]);
    }
    return zeros;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package io.tokenledger.agent.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.provider.conformance.ExpectedRow;
import io.tokenledger.agent.provider.conformance.Recording;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The project's own exchanges and, with {@code -Dtranscripts=<dir>}, the recorded ones, through the
 * whole meter: however the body is cut or compressed, the record is the expected one.
 */
class RecordedBodiesTest {
  private static final Set<String> PROVIDERS = Set.of("openai", "anthropic", "local");
  private static final Set<String> APIS =
      Set.of("openai.chat", "openai.responses", "openai.embeddings", "anthropic.messages");

  @ParameterizedTest
  @MethodSource("recordings")
  void givesTheExpectedRecordForAnyCut(Recording recording) throws IOException {
    byte[] plain = recording.responseBody();
    Random random = new Random(7);
    for (IntSupplier size :
        List.<IntSupplier>of(() -> 1, () -> 7, () -> 4096, () -> 1 + random.nextInt(600))) {
      assertExpected(recording, play(recording, plain, null, size, false));
      assertExpected(recording, play(recording, plain, null, size, true));
      assertExpected(recording, play(recording, gzip(plain), "gzip", size, false));
    }
  }

  static Stream<Recording> recordings() {
    List<Recording> recordings = new ArrayList<>(Recording.own());
    String transcripts = System.getProperty("transcripts", "");
    if (!transcripts.isBlank()) {
      recordings.addAll(Recording.in(Path.of(transcripts, "exchanges")));
    }
    return recordings.stream()
        .filter(it -> PROVIDERS.contains(it.provider()) && APIS.contains(it.api()));
  }

  private static void assertExpected(Recording recording, UsageRecord record) {
    assertThat(ExpectedRow.differences(recording.expected(), record)).isEmpty();
    List<String> notes = record.get(UsageField.USAGE_NOTE);
    assertThat(notes == null ? List.of() : notes).doesNotContain("anomaly", "request_unseen");
  }

  private static UsageRecord play(
      Recording recording, byte[] body, String encoding, IntSupplier size, boolean direct) {
    MeterHarness harness = new MeterHarness();
    Exchange exchange = harness.meter.begin(recording.target(), recording.requestHeaders()::get);
    BodyScan request = exchange.requestBody();
    if (recording.requestBody() != null) {
      byte[] bytes = MeterHarness.bytes(recording.requestBody().toString());
      for (int at = 0, length; at < bytes.length; at += length) {
        length = Math.min(size.getAsInt(), bytes.length - at);
        request.bytes(bytes, at, length);
      }
    }
    Map<String, String> headers = new HashMap<>(recording.responseHeaders());
    headers.remove("content-encoding");
    if (encoding != null) {
      headers.put("content-encoding", encoding);
    }
    exchange.responseHead(recording.status(), headers::get);
    for (int at = 0, length; at < body.length; at += length) {
      length = Math.min(size.getAsInt(), body.length - at);
      if (direct) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(length).put(body, at, length).flip();
        exchange.responseBytes(buffer.asReadOnlyBuffer());
      } else {
        exchange.responseBytes(body, at, length);
      }
    }
    exchange.responseEnd();
    assertThat(harness.faults).isEmpty();
    return harness.record();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    }
    return bytes.toByteArray();
  }
}

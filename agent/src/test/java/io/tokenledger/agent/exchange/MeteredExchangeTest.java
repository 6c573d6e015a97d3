package io.tokenledger.agent.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class MeteredExchangeTest {
  private static final String ANSWER =
      "{\"id\":\"c1\",\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[],"
          + "\"usage\":{\"prompt_tokens\":22,\"completion_tokens\":3,\"total_tokens\":25}}";
  private static final String STREAM =
      "data: {\"id\":\"c1\",\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n";
  private static final String USAGE_CHUNK =
      "data: {\"id\":\"c1\",\"choices\":[],"
          + "\"usage\":{\"prompt_tokens\":22,\"completion_tokens\":3,\"total_tokens\":25}}\n\n";

  private final MeterHarness harness = new MeterHarness();

  @Test
  void leavesOtherRequestsAlone() {
    RequestTarget target =
        new RequestTarget("okhttp", "GET", "https", "example.com", 443, "/", null);

    assertThat(harness.begin(target)).isNull();
  }

  @Test
  void recordsAWholeBodyAtItsLastBrace() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    MeterHarness.request(exchange, "{\"model\":\"gpt-4o-mini\",\"stream\":false}");
    exchange.responseHead(200, MeterHarness.JSON::get);
    assertThat(exchange.ended()).isFalse();
    MeterHarness.response(exchange, ANSWER);
    assertThat(exchange.ended()).isTrue();

    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(22);
    assertThat(record.get(UsageField.OUTPUT_TOKENS)).isEqualTo(3);
    assertThat(record.get(UsageField.REQUEST_MODEL)).isEqualTo("gpt-4o-mini");
    assertThat(record.get(UsageField.STATUS)).isEqualTo("success");
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("complete");
    assertThat(record.get(UsageField.PROVIDER)).isEqualTo("openai");
    assertThat(record.get(UsageField.ENDPOINT)).isEqualTo("/v1/chat/completions");
    assertThat(record.get(UsageField.HOST)).isEqualTo("api.openai.com");
    assertThat(record.get(UsageField.BILLED)).isTrue();
    assertThat(record.get(UsageField.CLIENT)).isEqualTo("okhttp");
    assertThat(record.get(UsageField.AGENT_VERSION)).isEqualTo("1.2.3");
    assertThat(record.get(UsageField.APP_NAME)).isEqualTo("shop");
    assertThat(record.get(UsageField.TEAM)).isEqualTo("search");
    assertThat(record.get(UsageField.API_KEY_FINGERPRINT)).isNull();
    assertThat(record.get(UsageField.TIME_TO_FIRST_TOKEN_MS)).isNull();
  }

  @Test
  void eventIdsCarryTheirTimeStamp() {
    UsageRecord record = ended(Map.of());

    java.util.UUID id = record.get(UsageField.EVENT_ID);
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16)
        .isEqualTo(record.get(UsageField.TIMESTAMP).toEpochMilli());
    assertThat(record.get(UsageField.TIMESTAMP).getNano() % 1000).isZero();
  }

  @Test
  void timesGrowFromHeadToEnd() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    exchange.responseHead(200, MeterHarness.SSE::get);
    MeterHarness.response(exchange, STREAM + USAGE_CHUNK + "data: [DONE]\n\n");

    UsageRecord record = harness.record();
    double head = record.get(UsageField.TIME_TO_FIRST_BYTE_MS);
    double token = record.get(UsageField.TIME_TO_FIRST_TOKEN_MS);
    double end = record.get(UsageField.DURATION_MS);
    assertThat(head).isPositive();
    assertThat(token).isBetween(head, end);
  }

  @Test
  void isCompleteAtTheTerminalEventWhateverFollows() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    exchange.responseHead(200, MeterHarness.SSE::get);
    MeterHarness.response(exchange, STREAM + USAGE_CHUNK + "data: [DONE]");
    exchange.cancelled();
    exchange.failed(new IOException("reset"));
    exchange.responseEnd();
    MeterHarness.response(exchange, USAGE_CHUNK.replace("22", "99"));

    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.STATUS)).isEqualTo("success");
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("complete");
    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(22);
  }

  @Test
  void aStreamThatEndsWithoutItsTerminalEventIsTruncated() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    exchange.responseHead(200, MeterHarness.SSE::get);
    MeterHarness.response(exchange, STREAM);
    exchange.responseEnd();

    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("partial");
    assertThat(record.get(UsageField.ERROR_TYPE)).isEqualTo("stream_truncated");
    assertThat(record.get(UsageField.INPUT_TOKENS)).isNull();
  }

  @Test
  void anEarlyCloseIsCancelledAndPartial() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    exchange.responseHead(200, MeterHarness.SSE::get);
    MeterHarness.response(exchange, STREAM);
    exchange.cancelled();

    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.STATUS)).isEqualTo("cancelled");
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("partial");
    assertThat(record.get(UsageField.USAGE_SOURCE)).isEqualTo("none");
  }

  @Test
  void anErrorInsideAStreamOutranksTheCloseThatFollows() {
    Exchange exchange = harness.begin(MeterHarness.MESSAGES);
    exchange.responseHead(200, MeterHarness.SSE::get);
    MeterHarness.response(
        exchange,
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
            + "\"message\":\"Overloaded\"}}\n\n");
    exchange.cancelled();

    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.STATUS)).isEqualTo("error");
    assertThat(record.get(UsageField.ERROR_TYPE)).isEqualTo("overloaded_error");
  }

  @Test
  void aConnectFailureIsARowWithoutAResponse() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    exchange.failed(new CompletionException(new ConnectException("refused")));

    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.STATUS)).isEqualTo("error");
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("none");
    assertThat(record.get(UsageField.HTTP_STATUS)).isNull();
    assertThat(record.get(UsageField.ERROR_TYPE)).isEqualTo("java.net.ConnectException");
    assertThat(record.get(UsageField.ERROR_MESSAGE)).isEqualTo("refused");
    assertThat(record.get(UsageField.USAGE_NOTE)).contains("request_unseen");
  }

  @Test
  void aTimeoutIsTold() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    exchange.responseHead(200, MeterHarness.SSE::get);
    exchange.failed(new IOException("wrapped", new SocketTimeoutException("timeout")));

    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.STATUS)).isEqualTo("timeout");
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("partial");
  }

  @Test
  void messagesOfFailuresKeepNoQuery() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    exchange.failed(
        new IOException("no route to https://h/p?key=secret (retry?) " + "x".repeat(2000)));

    String message = harness.record().get(UsageField.ERROR_MESSAGE);
    assertThat(message).startsWith("no route to https://h/p (retry) xxx").hasSize(1000);
  }

  @Test
  void aNewWriteOfTheRequestForgetsTheOneBefore() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    MeterHarness.request(exchange, "{\"model\":\"old\",\"user\":\"u\"}");
    MeterHarness.request(exchange, "{\"model\":\"new\"}");
    exchange.responseHead(200, MeterHarness.JSON::get);
    MeterHarness.response(exchange, ANSWER);

    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.REQUEST_MODEL)).isEqualTo("new");
    assertThat(record.get(UsageField.USER_ID)).isNull();
  }

  @Test
  void aRequestThatIsStillWrittenWhenTheResponseEndsIsUnseen() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    MeterHarness.request(exchange, "{\"model\":\"m\",");
    exchange.responseHead(200, MeterHarness.JSON::get);
    MeterHarness.response(exchange, ANSWER);

    assertThat(harness.record().get(UsageField.USAGE_NOTE)).contains("request_unseen");
  }

  @Test
  void anUnknownEncodingIsNoted() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    Map<String, String> head = Map.of("content-type", "application/json", "content-encoding", "br");
    exchange.responseHead(200, head::get);
    MeterHarness.response(exchange, "\u0001\u0002");
    exchange.responseEnd();

    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.USAGE_NOTE)).contains("encoding_unsupported");
    assertThat(record.get(UsageField.STATUS)).isEqualTo("success");
  }

  @Test
  void anErrorOfOursIsCountedAndTheExchangeIsStillOneRow() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    exchange.responseHead(200, MeterHarness.JSON::get);
    exchange.responseBytes(new byte[1], 0, 5);
    exchange.responseEnd();

    assertThat(harness.faults).hasSize(1);
    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.USAGE_NOTE)).contains("anomaly");
    assertThat(record.get(UsageField.INPUT_TOKENS)).isNull();
  }

  @Test
  void aKeyIsKeptAsAKeyedHashOnlyWhereASaltIsGiven() {
    MeterHarness salted = new MeterHarness(MeterHarness.config("pepper"));
    String bearer = fingerprint(salted, Map.of("authorization", "Bearer sk-1"));
    String header = fingerprint(salted, Map.of("x-api-key", "sk-1"));

    assertThat(bearer).matches("[0-9a-f]{32}").isEqualTo(header);
    assertThat(fingerprint(salted, Map.of("api-key", "sk-2"))).isNotEqualTo(bearer);
    assertThat(fingerprint(salted, Map.of())).isNull();
  }

  @Test
  void aResponseThatNobodyHoldsAnyMoreIsCancelled() throws InterruptedException {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    exchange.responseHead(200, MeterHarness.SSE::get);
    harness.meter.watch(exchange, new Object());
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!exchange.ended() && System.nanoTime() < deadline) {
      System.gc();
      harness.meter.openExchanges().endCollected();
      Thread.onSpinWait();
    }

    UsageRecord record = harness.record();
    assertThat(record.get(UsageField.STATUS)).isEqualTo("cancelled");
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("partial");
    assertThat(record.get(UsageField.DURATION_MS)).isNull();
  }

  @Test
  void whatIsOpenAtShutdownIsCancelledAndWhatEndedIsNot() {
    Exchange open = harness.begin(MeterHarness.CHAT);
    Exchange ended = harness.begin(MeterHarness.CHAT);
    harness.meter.openExchanges().endCollected();
    Exchange late = harness.begin(MeterHarness.CHAT);
    ended.failed(new IOException("x"));
    harness.record();
    harness.meter.openExchanges().endAll();

    assertThat(open.ended()).isTrue();
    assertThat(late.ended()).isTrue();
    assertThat(harness.handedOver).hasSize(2);
    harness.meter.openExchanges().endAll();
    assertThat(harness.handedOver).hasSize(2);
  }

  private String fingerprint(MeterHarness harness, Map<String, String> headers) {
    harness.begin(MeterHarness.CHAT, headers).cancelled();
    return harness.record().get(UsageField.API_KEY_FINGERPRINT);
  }

  private UsageRecord ended(Map<String, String> headers) {
    harness.begin(MeterHarness.CHAT, headers).cancelled();
    return harness.record();
  }
}

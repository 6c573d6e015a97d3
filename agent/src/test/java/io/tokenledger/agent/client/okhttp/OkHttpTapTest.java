package io.tokenledger.agent.client.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tokenledger.agent.client.harness.ClientLoader;
import io.tokenledger.agent.client.harness.Failing;
import io.tokenledger.agent.client.harness.RecordingExchange;
import io.tokenledger.agent.client.harness.RecordingMeter;
import io.tokenledger.agent.client.harness.RefusedPort;
import io.tokenledger.agent.client.harness.ScriptedServer;
import io.tokenledger.agent.client.harness.SilentExchange;
import io.tokenledger.agent.exchange.RequestTarget;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(
    strings = {"okhttp-3.4.2", "okhttp-3.12.13", "okhttp-3.14.9", "okhttp-4.12.0", "okhttp-5.5.1"})
class OkHttpTapTest {
  private static final String BODY = "{\"model\":\"m\",\"stream\":true}";

  private final String version;
  private final OkHttpTap tap = new OkHttpTap();
  private ScriptedServer server;
  private RecordingMeter meter;
  private OkHttpScenario tapped;
  private OkHttpScenario plain;

  OkHttpTapTest(String version) {
    this.version = version;
  }

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedServer();
    meter = RecordingMeter.installed(tap);
    tapped = ClientLoader.of(version, tap.rewriters()).driver(OkHttpScenario.class, "OkHttpDriver");
    plain = ClientLoader.of(version, List.of()).driver(OkHttpScenario.class, "OkHttpDriver");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void tellsTheTargetAndTheHeaders() throws Exception {
    tapped.get(server.url("/v1/json?a=b%20c"));

    RecordingExchange exchange = meter.only();
    assertThat(exchange.target)
        .isEqualTo(
            new RequestTarget(
                "okhttp", "GET", "http", "127.0.0.1", server.port(), "/v1/json", "a=b%20c"));
    assertThat(exchange.requestHeaders).containsEntry("x-test", "yes");
  }

  @Test
  void passesAWholeBodyAndItsEnd() throws Exception {
    assertThat(tapped.post(server.url("/v1/json"), BODY)).asString().isEqualTo(ScriptedServer.JSON);

    RecordingExchange exchange = meter.only();
    assertThat(exchange.outcome()).isEqualTo("end");
    assertThat(exchange.status).isEqualTo(200);
    assertThat(exchange.responseText()).isEqualTo(ScriptedServer.JSON);
    assertThat(exchange.request()).isEqualTo(BODY);
    assertThat(exchange.writes).isEqualTo(1);
  }

  @Test
  void passesALargeBody() throws Exception {
    assertThat(tapped.get(server.url("/v1/large"))).isEqualTo(ScriptedServer.large());

    assertThat(meter.only().response()).isEqualTo(ScriptedServer.large());
    assertThat(meter.only().outcome()).isEqualTo("end");
  }

  @Test
  void passesAnAsynchronousCall() throws Exception {
    assertThat(tapped.postAsync(server.url("/v1/sse"), BODY))
        .asString()
        .isEqualTo(String.join("", ScriptedServer.EVENTS));

    assertThat(meter.only().outcome()).isEqualTo("end");
    assertThat(meter.only().request()).isEqualTo(BODY);
    assertThat(meter.only().responseText()).isEqualTo(String.join("", ScriptedServer.EVENTS));
  }

  @Test
  void seesABodyThatOkHttpUnzipped() throws Exception {
    assertThat(tapped.get(server.url("/v1/gzip"))).asString().isEqualTo(ScriptedServer.JSON);

    assertThat(meter.only().responseText()).isEqualTo(ScriptedServer.JSON);
    assertThat(meter.only().contentEncoding).isNull();
  }

  @Test
  void endsAtOnceWithoutABody() throws Exception {
    assertThat(tapped.get(server.url("/v1/empty"))).isEmpty();
    assertThat(tapped.head(server.url("/v1/head"))).isEqualTo("200 10");

    assertThat(meter.exchanges)
        .extracting(RecordingExchange::outcome)
        .containsExactly("end", "end");
    assertThat(meter.exchanges).extracting(e -> e.status).containsExactly(204, 200);
  }

  @Test
  void countsAnErrorResponse() throws Exception {
    assertThat(tapped.get(server.url("/v1/error"))).asString().isEqualTo("down");

    assertThat(meter.only().status).isEqualTo(500);
    assertThat(meter.only().outcome()).isEqualTo("end");
  }

  @Test
  void countsAFollowedRedirectOnce() throws Exception {
    assertThat(tapped.get(server.url("/v1/redirect"))).asString().isEqualTo(ScriptedServer.JSON);

    assertThat(server.requests).hasSize(2);
    assertThat(meter.only().status).isEqualTo(200);
    assertThat(meter.only().heads).isEqualTo(1);
    assertThat(meter.only().responseText()).isEqualTo(ScriptedServer.JSON);
  }

  @Test
  void countsARepeatedAttemptOnce() throws Exception {
    byte[] answer = tapped.post(server.url("/v1/busy"), BODY);

    RecordingExchange exchange = meter.only();
    assertThat(exchange.heads).isEqualTo(1);
    assertThat(exchange.outcome()).isEqualTo("end");
    assertThat(exchange.response()).isEqualTo(answer);
    assertThat(exchange.request()).isEqualTo(BODY);
    assertThat(exchange.writes).isEqualTo(server.requests.size());
  }

  @Test
  void countsAConnectFailure() throws Exception {
    Throwable failure;
    try (RefusedPort refused = new RefusedPort()) {
      failure = catchThrowable(() -> tapped.post(refused.url("/v1/json"), BODY));
    }

    assertThat(failure).isInstanceOf(java.net.ConnectException.class);
    assertThat(meter.only().outcome()).isEqualTo("failed");
    assertThat(meter.only().cause).hasSameClassAs(failure);
  }

  @Test
  void countsAConnectionThatIsResetBeforeTheHead() {
    assertThatThrownBy(() -> tapped.get(server.url("/v1/reset"))).isInstanceOf(IOException.class);

    assertThat(meter.only().outcome()).isEqualTo("failed");
    assertThat(meter.only().heads).isZero();
  }

  @Test
  void countsATimeOutBeforeTheHead() {
    assertThatThrownBy(() -> tapped.get(server.url("/v1/slow-head")))
        .isInstanceOf(SocketTimeoutException.class);

    assertThat(meter.only().outcome()).isEqualTo("failed");
    assertThat(meter.only().cause).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void countsATimeOutInsideTheBody() {
    assertThatThrownBy(() -> tapped.get(server.url("/v1/slow-body")))
        .isInstanceOf(SocketTimeoutException.class);

    assertThat(meter.only().outcome()).isEqualTo("failed");
    assertThat(meter.only().responseText()).isEqualTo(ScriptedServer.EVENTS[0]);
    assertThat(meter.only().cause).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void countsATimeOutOfTheWholeCall() throws Exception {
    assumeTrue(hasCallTimeouts());
    for (String path : List.of("/v1/slow-head", "/v1/slow-body")) {
      for (boolean async : new boolean[] {false, true}) {
        meter.exchanges.clear();
        String told = tapped.callTimeout(server.url(path), async);
        assertThat(told).isEqualTo(plain.callTimeout(server.url(path), async));
        if (!version.equals("okhttp-3.12.13") || path.equals("/v1/slow-head")) {
          // inside a body 3.12 tells the application no more than that the socket was closed
          assertThat(told).isEqualTo("java.io.InterruptedIOException: timeout");
        }
        assertTimedOut(meter.only());
      }
    }
  }

  @Test
  void countsATimeOutOfTheWholeCallInItsSecondAttempt() throws Exception {
    assumeTrue(hasCallTimeouts());

    assertThat(tapped.callTimeoutAfterRetry(server.url("/v1/slow-head")))
        .startsWith("java.io.InterruptedIOException: timeout");

    assertThat(meter.exchanges).hasSize(2);
    assertThat(meter.exchanges.get(0).outcome()).isEqualTo("failed");
    assertThat(meter.exchanges.get(0).cause).isInstanceOf(SocketTimeoutException.class);
    assertTimedOut(meter.exchanges.get(1));
  }

  @Test
  void countsABodyThatIsCut() {
    assertThatThrownBy(() -> tapped.get(server.url("/v1/cut"))).isInstanceOf(IOException.class);

    assertThat(meter.only().outcome()).isEqualTo("failed");
    assertThat(meter.only().responseText()).isEqualTo(ScriptedServer.EVENTS[0]);
  }

  @Test
  void countsAStreamClosedEarly() throws Exception {
    assertThat(tapped.firstLine(server.url("/v1/slow-body"))).isEqualTo("data: {\"n\":1}");

    assertThat(meter.only().outcome()).isEqualTo("cancelled");
    assertThat(meter.only().responseText()).isEqualTo(ScriptedServer.EVENTS[0]);
  }

  @Test
  void countsACallCancelledBeforeTheHead() throws Exception {
    OkHttpScenario.Cancelled call = tapped.cancelled(server.url("/v1/slow-head"));
    server.awaitHeld();
    call.cancel().run();

    assertThatThrownBy(() -> call.outcome().get()).isInstanceOf(ExecutionException.class);
    assertThat(meter.only().outcome()).isEqualTo("cancelled");
  }

  @Test
  void countsACallCancelledInsideTheBody() throws Exception {
    OkHttpScenario.Cancelled call = tapped.cancelled(server.url("/v1/slow-body"));
    server.awaitHeld();
    call.cancel().run();

    assertThatThrownBy(() -> call.outcome().get()).isInstanceOf(ExecutionException.class);
    assertThat(meter.only().outcome()).isEqualTo("cancelled");
  }

  @Test
  void watchesABodyThatIsNeverRead() throws Exception {
    tapped.keepUnread(server.url("/v1/json"));
    RecordingExchange exchange = meter.only();
    System.gc();
    assertThat(exchange.watched.get()).isNotNull();

    tapped.drop();

    long deadline = System.nanoTime() + 10_000_000_000L;
    while (exchange.watched.get() != null && System.nanoTime() < deadline) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(exchange.watched.get()).isNull();
    assertThat(exchange.ended()).isFalse();
  }

  @Test
  void leavesOtherCallsAlone() throws Exception {
    assertThat(tapped.bodyClass(server.url("/other")))
        .isEqualTo(plain.bodyClass(server.url("/other")));

    assertThat(meter.asked).hasSize(1);
    assertThat(meter.exchanges).isEmpty();
  }

  @Test
  void showsTheApplicationItsOwnRequest() throws Exception {
    for (String path : List.of("/v1/json", "/v1/redirect", "/v1/sse", "/v1/error")) {
      assertThat(tapped.describe(server.url(path), BODY))
          .isEqualTo(plain.describe(server.url(path), BODY));
    }
    assertThat(tapped.describe(server.url("/v1/json"), BODY))
        .contains("own request true own body true");
  }

  @Test
  void sendsTheSameBytesInTheSamePieces() throws Exception {
    for (boolean emit : new boolean[] {true, false}) {
      for (int bytes : new int[] {1, 4000, 8192, 20_000}) {
        tapped.postStreamed(server.url("/v1/json"), 5, bytes, emit);
        plain.postStreamed(server.url("/v1/json"), 5, bytes, emit);
      }
    }
    for (int i = 0; i < server.requests.size(); i += 2) {
      assertThat(server.requests.get(i)).isEqualTo(server.requests.get(i + 1));
    }
    assertThat(meter.exchanges)
        .allSatisfy(
            exchange ->
                assertThat(exchange.request())
                    .hasSize(5 * (exchange.request().length() - 3) / 5 + 3)
                    .endsWith("end"));
  }

  @Test
  void startsAFreshScanWhenAnInterceptorReadsTheBodyToo() throws Exception {
    tapped.withInterceptors(server.url("/v1/json"), BODY, true);

    assertThat(meter.only().writes).isEqualTo(2);
    assertThat(meter.only().request()).isEqualTo(BODY);
  }

  @Test
  void keepsFailuresOfOursFromTheApplication() throws Exception {
    Failing failing = Failing.exchanges();
    RecordingMeter.install(tap, failing);

    assertThat(tapped.post(server.url("/v1/json"), BODY)).asString().isEqualTo(ScriptedServer.JSON);
    assertThat(tapped.get(server.url("/v1/large"))).isEqualTo(ScriptedServer.large());
    assertThatThrownBy(() -> tapped.get(server.url("/v1/cut"))).isInstanceOf(IOException.class);
    assertThat(failing.faults).filteredOn(OutOfMemoryError.class::isInstance).hasSize(3);
    assertThat(server.requests.get(0)).contains(BODY);
  }

  @Test
  void allocatesNothingForEachPieceOfAResponse() throws Exception {
    SilentExchange exchange = new SilentExchange();
    RecordingMeter.install(tap, exchange.meter());

    assertThat(tapped.allocatedByFurtherPieces(server.url("/v1/json")))
        .isLessThan(SilentExchange.NOISE);
    assertThat(exchange.responseBytes).isEqualTo(120_000L * 300);
  }

  private boolean hasCallTimeouts() {
    return !version.equals("okhttp-3.4.2");
  }

  private static void assertTimedOut(RecordingExchange exchange) {
    assertThat(exchange.outcome()).isEqualTo("failed");
    assertThat(exchange.cause).isExactlyInstanceOf(InterruptedIOException.class);
    assertThat(exchange.cause).hasMessage("timeout");
  }

  @Test
  void keepsAFailureToBeginFromTheApplication() throws Exception {
    RecordingMeter.install(tap, Failing.meter());

    assertThat(tapped.post(server.url("/v1/json"), BODY)).asString().isEqualTo(ScriptedServer.JSON);
  }
}

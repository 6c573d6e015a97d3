package io.tokenledger.agent.client.apache5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tokenledger.agent.client.harness.ClientLoader;
import io.tokenledger.agent.client.harness.Failing;
import io.tokenledger.agent.client.harness.RecordingExchange;
import io.tokenledger.agent.client.harness.RecordingMeter;
import io.tokenledger.agent.client.harness.RefusedPort;
import io.tokenledger.agent.client.harness.ScriptedServer;
import io.tokenledger.agent.exchange.RequestTarget;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

@ParameterizedClass
@CsvSource({
  "apache5-5.0.4, false", "apache5-5.0.4, true",
  "apache5-5.3.1, false", "apache5-5.3.1, true",
  "apache5-5.6.5, false", "apache5-5.6.5, true"
})
class ApacheTapTest {
  private static final String BODY = "{\"model\":\"m\",\"stream\":true}";

  private final String version;
  private final boolean minimal;
  private final ApacheTap tap = new ApacheTap();
  private ScriptedServer server;
  private RecordingMeter meter;
  private ApacheScenario tapped;
  private ApacheScenario plain;

  ApacheTapTest(String version, boolean minimal) {
    this.version = version;
    this.minimal = minimal;
  }

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedServer();
    meter = RecordingMeter.installed(tap);
    tapped = ClientLoader.of(version, tap.rewriters()).driver(ApacheScenario.class, "ApacheDriver");
    plain = ClientLoader.of(version, List.of()).driver(ApacheScenario.class, "ApacheDriver");
    if (minimal) {
      tapped.minimal();
      plain.minimal();
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void tellsTheTargetAndTheHeaders() throws Exception {
    tapped.get(server.url("/v1/json?a=b%20c"));

    assertThat(meter.only().target)
        .isEqualTo(
            new RequestTarget(
                "apache5", "GET", "http", "127.0.0.1", server.port(), "/v1/json", "a=b%20c"));
    assertThat(meter.only().requestHeaders).containsEntry("x-test", "yes");
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
    assertThat(tapped.pool()).isEqualTo("[0, 1]");
  }

  @Test
  void passesALargeBody() throws Exception {
    assertThat(tapped.get(server.url("/v1/large"))).isEqualTo(ScriptedServer.large());

    assertThat(meter.only().response()).isEqualTo(ScriptedServer.large());
    assertThat(meter.only().outcome()).isEqualTo("end");
  }

  @Test
  void passesABodyThatTheApplicationHasWritten() throws Exception {
    assertThat(tapped.writeTo(server.url("/v1/sse")))
        .asString()
        .isEqualTo(String.join("", ScriptedServer.EVENTS));

    assertThat(meter.only().responseText()).isEqualTo(String.join("", ScriptedServer.EVENTS));
    assertThat(meter.only().outcome()).isEqualTo("end");
    assertThat(tapped.pool()).isEqualTo("[0, 1]");
  }

  @Test
  void seesAOneShotRequestBody() throws Exception {
    tapped.postOneShot(server.url("/v1/json"), BODY);
    plain.postOneShot(server.url("/v1/json"), BODY);

    assertThat(meter.only().request()).isEqualTo(BODY);
    assertThat(server.requests.get(0)).isEqualTo(server.requests.get(1));
  }

  @Test
  void tellsHowABodyIsEncodedAsItSeesIt() throws Exception {
    byte[] answer = tapped.get(server.url("/v1/gzip"));

    assertThat(answer).isEqualTo(plain.get(server.url("/v1/gzip")));
    assertThat(meter.only().response()).isEqualTo(answer);
    assertThat(meter.only().contentEncoding).isEqualTo(minimal ? "gzip" : null);
  }

  @Test
  void endsAtOnceWithoutABody() throws Exception {
    assertThat(tapped.get(server.url("/v1/empty"))).isEmpty();

    assertThat(meter.only().outcome()).isEqualTo("end");
    assertThat(meter.only().status).isEqualTo(204);
  }

  @Test
  void countsWhatTheCallerGetsOfARedirectOnce() throws Exception {
    byte[] answer = tapped.get(server.url("/v1/redirect"));

    assertThat(server.requests).hasSize(minimal ? 1 : 2);
    assertThat(meter.only().heads).isEqualTo(1);
    assertThat(meter.only().status).isEqualTo(minimal ? 307 : 200);
    assertThat(meter.only().response()).isEqualTo(answer);
  }

  @Test
  void countsARepeatedAttemptOnce() throws Exception {
    byte[] answer = tapped.post(server.url("/v1/busy"), BODY);

    boolean repeated = server.requests.size() == 2; // 5.0 does, later versions not a POST
    assertThat(meter.only().status).isEqualTo(repeated ? 200 : 503);
    assertThat(meter.only().heads).isEqualTo(1);
    assertThat(meter.only().response()).isEqualTo(answer);
    assertThat(meter.only().request()).isEqualTo(BODY);
    assertThat(meter.only().outcome()).isEqualTo("end");
  }

  @Test
  void countsAConnectFailure() throws Exception {
    Throwable failure;
    try (RefusedPort refused = new RefusedPort()) {
      failure = catchThrowable(() -> tapped.post(refused.url("/v1/json"), BODY));
    }

    assertThat(failure).isInstanceOf(ConnectException.class);
    assertThat(meter.only().outcome()).isEqualTo("failed");
    assertThat(meter.only().cause).isSameAs(failure);
  }

  @Test
  void countsAConnectionThatIsResetBeforeTheHead() {
    Throwable failure = catchThrowable(() -> tapped.get(server.url("/v1/reset")));

    assertThat(failure).isInstanceOf(IOException.class);
    assertThat(meter.only().outcome()).isEqualTo("failed");
    assertThat(meter.only().cause).isSameAs(failure);
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
  }

  @Test
  void countsABodyThatIsCut() {
    assertThatThrownBy(() -> tapped.get(server.url("/v1/cut"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> tapped.writeTo(server.url("/v1/cut"))).isInstanceOf(IOException.class);

    assertThat(meter.exchanges)
        .hasSize(2)
        .allSatisfy(
            exchange -> {
              assertThat(exchange.outcome()).isEqualTo("failed");
              assertThat(exchange.responseText()).isEqualTo(ScriptedServer.EVENTS[0]);
            });
  }

  @Test
  void scansNothingOfWhatTheClientDrainsAfterAnEarlyClose() throws Exception {
    assertThat(tapped.firstBytes(server.url("/v1/large"), 5)).isEqualTo("abcde");

    assertThat(meter.only().outcome()).isEqualTo("cancelled");
    assertThat(meter.only().responseText()).isEqualTo("abcde");
    plain.firstBytes(server.url("/v1/large"), 5);
    assertThat(tapped.pool()).isEqualTo(plain.pool());
  }

  @Test
  void endsWithTheLastByteOfAKnownLength() throws Exception {
    tapped.firstBytes(server.url("/v1/json"), ScriptedServer.JSON.length());

    assertThat(meter.only().outcome()).isEqualTo("end");
  }

  @Test
  void countsACallCancelledBeforeTheHead() throws Exception {
    ApacheScenario.Cancelled call = tapped.cancelled(server.url("/v1/slow-head"));
    server.awaitHeld();
    call.cancel().run();

    assertThatThrownBy(() -> call.outcome().get()).isInstanceOf(ExecutionException.class);
    assertThat(meter.only().outcome()).isEqualTo("cancelled");
  }

  @Test
  void countsACallCancelledInsideTheBody() throws Exception {
    ApacheScenario.Cancelled call = tapped.cancelled(server.url("/v1/slow-body"));
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
  }

  @Test
  void leavesOtherCallsAlone() throws Exception {
    assertThat(tapped.entityClass(server.url("/other")))
        .isEqualTo(plain.entityClass(server.url("/other")));

    assertThat(meter.asked).hasSize(1);
    assertThat(meter.exchanges).isEmpty();
  }

  @Test
  void showsTheApplicationItsOwnRequest() throws Exception {
    for (String path : List.of("/v1/json", "/v1/sse", "/v1/error", "/v1/gzip")) {
      assertThat(tapped.describe(server.url(path), BODY))
          .isEqualTo(plain.describe(server.url(path), BODY))
          .contains("own entity true");
    }
    for (int i = 0; i < server.requests.size(); i += 2) {
      assertThat(server.requests.get(i)).isEqualTo(server.requests.get(i + 1));
    }
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

    RecordingMeter.install(tap, Failing.meter());
    assertThat(tapped.post(server.url("/v1/json"), BODY)).asString().isEqualTo(ScriptedServer.JSON);
  }
}

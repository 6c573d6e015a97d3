package io.tokenledger.agent.client.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.agent.client.harness.RefusedPort;
import io.tokenledger.agent.client.jdk.ScriptedServer.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class JdkTapTest {
  private static final String ANSWER = "{\"id\":\"a\",\"usage\":{\"total_tokens\":3}}";
  private static final String QUESTION = "{\"model\":\"m\"}";

  private final RecordingMeter meter = new RecordingMeter();
  private final HttpClient client = HttpClient.newHttpClient();
  private ScriptedServer server;

  @BeforeEach
  void record() {
    RewrittenJdk.meter(meter);
  }

  @AfterEach
  void stop() throws IOException {
    RewrittenJdk.meter(RewrittenJdk.NOTHING);
    if (server != null) {
      server.close();
    }
  }

  @Test
  void tellsAWholeExchange() throws Exception {
    serve(asked -> asked.json(200, ANSWER));
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/v1/chat?x=1"))
            .header("X-Asked", "yes")
            .POST(BodyPublishers.ofString(QUESTION))
            .build();

    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo(ANSWER);
    RecordingMeter.Recorded exchange = meter.only();
    assertThat(exchange.target.client()).isEqualTo("jdk");
    assertThat(exchange.target.method()).isEqualTo("POST");
    assertThat(exchange.target.scheme()).isEqualTo("http");
    assertThat(exchange.target.host()).isEqualTo("127.0.0.1");
    assertThat(exchange.target.port()).isEqualTo(server.uri("/").getPort());
    assertThat(exchange.target.path()).isEqualTo("/v1/chat");
    assertThat(exchange.target.query()).isEqualTo("x=1");
    assertThat(exchange.asked).isEqualTo("yes");
    assertThat(exchange.requestBodies).containsExactly(QUESTION);
    assertThat(exchange.status).isEqualTo(200);
    assertThat(exchange.contentType).isEqualTo("application/json");
    assertThat(exchange.text()).isEqualTo(ANSWER);
    assertThat(exchange.end).isEqualTo("end");
    assertThat(exchange.watched).isNotNull();
  }

  @TestFactory
  Stream<DynamicTest> eachWayToSendIsOneExchange() {
    interface Way {
      HttpResponse<String> send(HttpRequest request) throws Exception;
    }
    Map<String, Way> ways =
        Map.of(
            "send", request -> client.send(request, BodyHandlers.ofString()),
            "sendAsync of 2", request -> client.sendAsync(request, BodyHandlers.ofString()).get(),
            "sendAsync of 3",
                request -> client.sendAsync(request, BodyHandlers.ofString(), null).get());
    return ways.entrySet().stream()
        .map(
            way ->
                DynamicTest.dynamicTest(
                    way.getKey(),
                    () -> {
                      RecordingMeter fresh = new RecordingMeter();
                      RewrittenJdk.meter(fresh);
                      serve(asked -> asked.json(200, ANSWER));
                      assertThat(way.getValue().send(post()).body()).isEqualTo(ANSWER);
                      assertThat(fresh.only().end).isEqualTo("end");
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyBodyHandlerGetsTheSameBody(@TempDir Path directory) {
    Path file = directory.resolve("body");
    Map<String, BodyHandler<?>> handlers =
        Map.of(
            "ofByteArray", BodyHandlers.ofByteArray(),
            "ofFile", BodyHandlers.ofFile(file),
            "discarding", BodyHandlers.discarding(),
            "ofInputStream", BodyHandlers.ofInputStream(),
            "ofLines", BodyHandlers.ofLines(),
            "ofPublisher", BodyHandlers.ofPublisher(),
            "fromLineSubscriber", BodyHandlers.fromLineSubscriber(new Lines(), Lines::text, "\n"),
            "mapping",
                info ->
                    HttpResponse.BodySubscribers.mapping(
                        HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8),
                        String::toString),
            "buffering", BodyHandlers.buffering(BodyHandlers.ofString(), 7));
    return handlers.entrySet().stream()
        .map(
            handler ->
                DynamicTest.dynamicTest(
                    handler.getKey(),
                    () -> {
                      RecordingMeter fresh = new RecordingMeter();
                      RewrittenJdk.meter(fresh);
                      serve(asked -> asked.json(200, ANSWER));
                      Object body = client.send(post(), handler.getValue()).body();
                      assertThat(Bodies.text(body)).isIn(ANSWER, null);
                      await(fresh.only());
                      assertThat(fresh.only().text()).isEqualTo(ANSWER);
                      assertThat(fresh.only().end).isEqualTo("end");
                    }));
  }

  @Test
  void leavesOtherRequestsAlone() throws Exception {
    serve(asked -> asked.json(200, ANSWER));
    List<String> seenBy = new ArrayList<>();

    client.send(
        HttpRequest.newBuilder(server.uri("/other")).build(),
        info -> {
          StackWalker.getInstance()
              .forEach(frame -> seenBy.add(frame.getClassName().replaceFirst("\\$.*", "")));
          return HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
        });

    assertThat(meter.exchanges).isEmpty();
    assertThat(seenBy).doesNotContain(TeeBodyHandler.class.getName());
  }

  @Test
  void showsTheApplicationItsOwnPublisher() throws Exception {
    serve(asked -> asked.json(200, ANSWER));
    HttpRequest request = post();

    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());

    assertThat(response.request().bodyPublisher().orElseThrow())
        .isSameAs(request.bodyPublisher().orElseThrow());
  }

  @Test
  void subscribesToAPublisherOnceAndKeepsItsUnknownLength() throws Exception {
    serve(asked -> asked.json(200, ANSWER));
    List<String> subscriptions = new ArrayList<>();
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/v1/chat"))
            .POST(
                BodyPublishers.ofInputStream(
                    () -> {
                      subscriptions.add("opened");
                      return new java.io.ByteArrayInputStream(
                          QUESTION.getBytes(StandardCharsets.UTF_8));
                    }))
            .build();

    client.send(request, BodyHandlers.ofString());

    assertThat(subscriptions).hasSize(1);
    assertThat(server.asked.get(0).head().toLowerCase()).contains("transfer-encoding: chunked");
    assertThat(server.asked.get(0).body()).isEqualTo(QUESTION);
    assertThat(meter.only().requestBodies).containsExactly(QUESTION);
  }

  @Test
  void scansAgainWhenTheClientWritesAgainAfterARedirect() throws Exception {
    serve(
        asked -> {
          if (asked.head().startsWith("POST /v1/old")) {
            asked.write("HTTP/1.1 307 X\r\nlocation: /v1/new\r\ncontent-length: 4\r\n\r\nmove");
          } else {
            asked.json(200, ANSWER);
          }
        });
    HttpClient following =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

    HttpResponse<String> response =
        following.send(
            HttpRequest.newBuilder(server.uri("/v1/old"))
                .POST(BodyPublishers.ofString(QUESTION))
                .build(),
            BodyHandlers.ofString());

    assertThat(response.previousResponse()).isPresent();
    RecordingMeter.Recorded exchange = meter.only();
    assertThat(exchange.requestBodies).containsExactly(QUESTION, QUESTION);
    assertThat(exchange.heads).isEqualTo(1);
    assertThat(exchange.status).isEqualTo(200);
    assertThat(exchange.text()).isEqualTo(ANSWER);
  }

  @Test
  void isOneExchangeWhateverAuthenticationTakes() throws Exception {
    serve(
        asked -> {
          if (asked.head().toLowerCase().contains("authorization:")) {
            asked.json(200, ANSWER);
          } else {
            asked.write(
                "HTTP/1.1 401 X\r\nwww-authenticate: Basic realm=\"r\"\r\ncontent-length: 2\r\n\r\nno");
          }
        });
    HttpClient authenticating =
        HttpClient.newBuilder()
            .authenticator(
                new java.net.Authenticator() {
                  @Override
                  protected java.net.PasswordAuthentication getPasswordAuthentication() {
                    return new java.net.PasswordAuthentication("u", "p".toCharArray());
                  }
                })
            .build();

    authenticating.send(post(), BodyHandlers.ofString());

    assertThat(meter.only().status).isEqualTo(200);
    assertThat(meter.only().text()).isEqualTo(ANSWER);
  }

  @Test
  void endsAResponseWithoutBody() throws Exception {
    serve(asked -> asked.write("HTTP/1.1 204 X\r\n\r\n"));

    client.send(post(), BodyHandlers.ofString());

    assertThat(meter.only().status).isEqualTo(204);
    assertThat(meter.only().end).isEqualTo("end");
  }

  @Test
  void endsTheAnswerToHead() throws Exception {
    serve(asked -> asked.write("HTTP/1.1 200 X\r\ncontent-length: 10\r\n\r\n"));
    HttpRequest head =
        HttpRequest.newBuilder(server.uri("/v1/x")).method("HEAD", BodyPublishers.noBody()).build();

    client.send(head, BodyHandlers.ofString());

    assertThat(meter.only().end).isEqualTo("end");
  }

  @Test
  void tellsAConnectFailure() throws Exception {
    try (RefusedPort refused = new RefusedPort()) {
      HttpRequest request = question(refused);

      assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
          .isInstanceOf(ConnectException.class);
    }
    assertThat(meter.only().end).isEqualTo("failed");
    assertThat(meter.only().cause).isInstanceOf(ConnectException.class);
  }

  @Test
  void tellsAFailureBeforeTheApplicationSeesIt() throws Exception {
    try (RefusedPort refused = new RefusedPort()) {
      CompletableFuture<String> seen =
          client
              .sendAsync(question(refused), BodyHandlers.ofString())
              .handle((response, failure) -> meter.only().end);

      assertThat(seen.get()).isEqualTo("failed");
    }
  }

  @Test
  void tellsATimeOutBeforeTheHead() {
    serve(asked -> waitForTheEnd());
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/v1/chat"))
            .timeout(Duration.ofMillis(150))
            .POST(BodyPublishers.ofString(QUESTION))
            .build();

    assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(meter.only().end).isEqualTo("failed");
    assertThat(meter.only().cause).isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void tellsAResetInTheBody() {
    serve(
        asked -> {
          asked.write(ScriptedServer.STREAM_HEAD);
          asked.chunk("data: 1\n\n");
          awaitBytes(9);
          asked.reset();
        });

    assertThatThrownBy(() -> client.send(post(), BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
    assertThat(meter.only().end).isEqualTo("failed");
    assertThat(meter.only().text()).isEqualTo("data: 1\n\n");
  }

  @Test
  void tellsAnEndInMidBody() {
    serve(
        asked -> {
          asked.write("HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\nhalf");
          asked.socket().close();
        });

    assertThatThrownBy(() -> client.send(post(), BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
    assertThat(meter.only().end).isEqualTo("failed");
  }

  @Test
  void tellsAnEarlyClose() throws Exception {
    serve(JdkTapTest::streamsForEver);

    HttpResponse<InputStream> response = client.send(post(), BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      assertThat(body.readNBytes(9)).hasSize(9);
      assertThat(meter.only().end).isNull();
    }

    assertThat(meter.only().end).isEqualTo("cancelled");
  }

  @Test
  void tellsACancelBeforeTheHead() {
    CountDownLatch arrived = new CountDownLatch(1);
    serve(
        asked -> {
          arrived.countDown();
          waitForTheEnd();
        });

    CompletableFuture<HttpResponse<String>> future =
        client.sendAsync(post(), BodyHandlers.ofString());
    await(arrived);
    assertThat(future.cancel(true)).isTrue();

    assertThat(meter.only().end).isEqualTo("cancelled");
  }

  @Test
  void tellsACancelOfADependentFutureInTheBody() {
    serve(JdkTapTest::streamsForEver);

    CompletableFuture<String> body =
        client.sendAsync(post(), BodyHandlers.ofString()).thenApply(HttpResponse::body);
    awaitBytes(9);
    assertThat(body.cancel(true)).isTrue();

    assertThat(meter.only().end).isEqualTo("cancelled");
  }

  @Test
  void goesOnWhenACancelDoesNotStopTheRequest() {
    CountDownLatch go = new CountDownLatch(1);
    serve(
        asked -> {
          go.await();
          asked.json(200, ANSWER);
        });

    client.sendAsync(post(), BodyHandlers.ofString()).cancel(false);
    go.countDown();

    await(meter.only());
    assertThat(meter.only().end).isEqualTo("end");
    assertThat(meter.only().text()).isEqualTo(ANSWER);
  }

  @Test
  void tellsAnInterruptOfSend() throws Exception {
    serve(
        asked -> {
          asked.write(ScriptedServer.STREAM_HEAD);
          asked.chunk("data: 1\n\n");
          waitForTheEnd();
        });
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread sender =
        new Thread(
            () -> {
              try {
                client.send(post(), BodyHandlers.ofString());
              } catch (IOException | InterruptedException e) {
                thrown.complete(e);
              }
            });
    sender.start();
    awaitBytes(9);
    sender.interrupt();

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(meter.only().end).isEqualTo("cancelled");
  }

  @Test
  void passesAnExceptionOfTheApplicationsHandler() {
    serve(asked -> asked.json(200, ANSWER));
    RuntimeException own = new IllegalStateException("own");

    assertThatThrownBy(
            () ->
                client
                    .sendAsync(
                        post(),
                        info -> {
                          throw own;
                        })
                    .get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isSameAs(own);
    assertThat(meter.only().end).isEqualTo("failed");
    assertThat(meter.only().cause).isSameAs(own);
  }

  @Test
  void keepsTheApplicationGoingWhenOursBreaks() throws Exception {
    BrokenMeter broken = new BrokenMeter();
    RewrittenJdk.meter(broken);
    serve(
        asked -> {
          asked.write(ScriptedServer.STREAM_HEAD);
          asked.chunk("data: 1\n\n");
          asked.chunk("data: 2\n\n");
          asked.write("0\r\n\r\n");
        });

    HttpResponse<Stream<String>> response = client.send(post(), BodyHandlers.ofLines());

    assertThat(response.body().collect(Collectors.joining("|"))).isEqualTo("data: 1||data: 2|");
    assertThat(server.asked.get(0).body()).isEqualTo(QUESTION);
    assertThat(broken.faults)
        .as("one for the request's scan, one for the response")
        .hasExactlyElementsOfTypes(StackOverflowError.class, IllegalStateException.class);
  }

  private void serve(Answer answer) {
    server = new ScriptedServer(answer);
  }

  private HttpRequest post() {
    return HttpRequest.newBuilder(server.uri("/v1/chat"))
        .POST(BodyPublishers.ofString(QUESTION))
        .build();
  }

  private void waitForTheEnd() throws InterruptedException {
    server.closing.await();
  }

  private static void streamsForEver(ScriptedServer.Asked asked) throws IOException {
    asked.write(ScriptedServer.STREAM_HEAD);
    while (true) {
      asked.chunk("data: 1\n\n");
    }
  }

  private void awaitBytes(int count) {
    awaitTrue(() -> !meter.exchanges.isEmpty() && meter.only().text().length() >= count);
  }

  private static void await(RecordingMeter.Recorded exchange) {
    awaitTrue(exchange::ended);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitTrue(java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
  }

  private static HttpRequest question(RefusedPort refused) {
    return HttpRequest.newBuilder(URI.create(refused.url("/v1/chat")))
        .POST(BodyPublishers.ofString(QUESTION))
        .build();
  }
}

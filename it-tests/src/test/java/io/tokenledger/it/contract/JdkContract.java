package io.tokenledger.it.contract;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** java.net.http. */
final class JdkContract implements ContractClient {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  @Override
  public Answer exchange(Ask ask) throws Exception {
    return answer(client.send(request(ask), BodyHandlers.ofByteArray()));
  }

  @Override
  public Future<Answer> start(Ask ask) {
    return start(client, ask);
  }

  @Override
  public Future<Answer> startOn(ExecutorService executor, Ask ask) {
    return start(HttpClient.newBuilder().executor(executor).build(), ask);
  }

  private static Future<Answer> start(HttpClient client, Ask ask) {
    CompletableFuture<HttpResponse<byte[]>> future =
        client.sendAsync(request(ask), BodyHandlers.ofByteArray());
    return future.thenApply(JdkContract::answer);
  }

  @Override
  public Future<Answer> startBlocking(Ask ask) {
    return BlockingCall.start(() -> exchange(ask));
  }

  @Override
  public ContractClient another() {
    return new JdkContract();
  }

  @Override
  public Streamed open(Ask ask) throws Exception {
    HttpResponse<InputStream> response = client.send(request(ask), BodyHandlers.ofInputStream());
    return new Streamed() {
      @Override
      public int status() {
        return response.statusCode();
      }

      @Override
      public InputStream body() {
        return response.body();
      }

      @Override
      public void cancel() throws IOException {
        response.body().close();
      }

      @Override
      public void close() throws IOException {
        response.body().close();
      }
    };
  }

  @Override
  public Answer exchangeHttp2(Ask ask) throws Exception {
    HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    // Twice: the first is an upgrade of HTTP/1.1, the second starts as HTTP/2.
    http2.send(request(ask), BodyHandlers.ofByteArray());
    return answer(http2.send(request(ask), BodyHandlers.ofByteArray()));
  }

  @Override
  public String pool() {
    return "not shown";
  }

  @Override
  public void close() {}

  private static HttpRequest request(Ask ask) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(ask.url()))
            .header("content-type", "application/json")
            .POST(
                ask.is(Way.ONE_SHOT)
                    ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(ask.bytes()))
                    : BodyPublishers.ofString(ask.body()))
            .expectContinue(ask.is(Way.EXPECT_CONTINUE));
    if (ask.is(Way.GZIP)) {
      request.header("accept-encoding", "gzip");
    }
    if (ask.limit() != null) {
      request.timeout(ask.limit());
    }
    return request.build();
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    return new Answer(response.statusCode(), response.version().toString(), response.body());
  }
}

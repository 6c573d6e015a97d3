package io.tokenledger.it.contract;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestProducer;
import org.apache.hc.client5.http.async.methods.SimpleResponseConsumer;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http2.config.H2Config;
import org.apache.hc.core5.util.Timeout;

/** Apache HttpClient 5.0 to 5.6, asynchronous. */
final class Apache5AsyncContract implements ContractClient {
  private final PoolingAsyncClientConnectionManager connections =
      new PoolingAsyncClientConnectionManager();
  private final CloseableHttpAsyncClient client =
      HttpAsyncClients.custom().setConnectionManager(connections).build();

  Apache5AsyncContract() {
    connections.setMaxTotal(CONNECTIONS);
    connections.setDefaultMaxPerRoute(CONNECTIONS);
    client.start();
  }

  @Override
  public Answer exchange(Ask ask) throws Exception {
    // 5.0 never ends a call whose 503 it wants to repeat: then an application gives up.
    return start(ask).get(8, TimeUnit.SECONDS);
  }

  @Override
  public Future<Answer> start(Ask ask) {
    return start(client, ask);
  }

  @Override
  public Future<Answer> startBlocking(Ask ask) {
    return start(ask);
  }

  @Override
  public Future<Answer> startOn(ExecutorService executor, Ask ask) {
    return null;
  }

  @Override
  public ContractClient another() {
    return new Apache5AsyncContract();
  }

  @Override
  public Streamed open(Ask ask) throws InterruptedException, ExecutionException {
    PipedConsumer consumer = new PipedConsumer();
    Future<Void> whole =
        client.execute(SimpleRequestProducer.create(post(ask)), consumer, consumer);
    int status = status(consumer);
    return new Streamed() {
      @Override
      public int status() {
        return status;
      }

      @Override
      public InputStream body() {
        return consumer.body();
      }

      @Override
      public void cancel() {
        whole.cancel(true);
      }

      @Override
      public void close() {
        whole.cancel(true);
      }
    };
  }

  @Override
  @SuppressWarnings("deprecation") // the way that 5.0 knows too
  public Answer exchangeHttp2(Ask ask) throws Exception {
    try (CloseableHttpAsyncClient http2 =
        HttpAsyncClients.custom()
            .setVersionPolicy(org.apache.hc.core5.http2.HttpVersionPolicy.FORCE_HTTP_2)
            .build()) {
      http2.start();
      start(http2, ask).get();
      return start(http2, ask).get();
    }
  }

  @Override
  @SuppressWarnings("deprecation") // the way that 5.0 knows too
  public Answer exchangeInSmallWindow(Ask ask, boolean http2) throws Exception {
    try (CloseableHttpAsyncClient small =
        HttpAsyncClients.custom()
            .setVersionPolicy(
                http2
                    ? org.apache.hc.core5.http2.HttpVersionPolicy.FORCE_HTTP_2
                    : org.apache.hc.core5.http2.HttpVersionPolicy.FORCE_HTTP_1)
            .setHttp1Config(
                Http1Config.custom().setInitialWindowSize(WindowedConsumer.WINDOW).build())
            .setH2Config(H2Config.custom().setInitialWindowSize(WindowedConsumer.WINDOW).build())
            .build()) {
      small.start();
      PipedConsumer consumer = new PipedConsumer();
      Future<Void> whole =
          small.execute(
              SimpleRequestProducer.create(post(ask)), new WindowedConsumer(consumer), consumer);
      whole.get(8, TimeUnit.SECONDS);
      return new Answer(consumer.status(), "", consumer.body().readAllBytes());
    }
  }

  @Override
  public String pool() {
    // The connection goes back after the application has its answer. Only asked before any cancel:
    // a cancel that comes while the client passes a call on to its connection is lost at times,
    // with the agent and without ('it-tests/leases' counts); the future is cancelled, but the
    // connection stays leased until the provider has answered.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    while (connections.getTotalStats().getLeased() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    // How many are available depends on whether the next call came before or after that.
    return connections.getTotalStats().getLeased() + " leased";
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private int status(PipedConsumer consumer) throws InterruptedException, ExecutionException {
    try {
      return consumer.status();
    } catch (TimeoutException e) {
      throw new IllegalStateException("no head; the pool: " + connections.getTotalStats(), e);
    }
  }

  private static Future<Answer> start(CloseableHttpAsyncClient client, Ask ask) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Future<SimpleHttpResponse> call =
        client.execute(
            ask.is(Way.ONE_SHOT)
                ? new BasicRequestProducer(
                    "POST", URI.create(ask.url()), new OneShotProducer(ask.bytes()))
                : SimpleRequestProducer.create(post(ask)),
            SimpleResponseConsumer.create(),
            new org.apache.hc.core5.concurrent.FutureCallback<>() {
              @Override
              public void completed(SimpleHttpResponse response) {
                answer.complete(answer(response));
              }

              @Override
              public void failed(Exception cause) {
                answer.completeExceptionally(cause);
              }

              @Override
              public void cancelled() {
                answer.completeExceptionally(
                    new java.util.concurrent.CancellationException("cancelled"));
              }
            });
    return new Cancelling(answer, call);
  }

  private static SimpleHttpRequest post(Ask ask) {
    SimpleHttpRequest post = new SimpleHttpRequest("POST", URI.create(ask.url()));
    post.setBody(ask.body(), ContentType.APPLICATION_JSON);
    if (ask.is(Way.EXPECT_CONTINUE)) {
      post.setConfig(RequestConfig.custom().setExpectContinueEnabled(true).build());
    }
    if (ask.is(Way.GZIP)) {
      post.setHeader("accept-encoding", "gzip");
    }
    if (ask.limit() != null) {
      post.setConfig(
          RequestConfig.custom()
              .setResponseTimeout(Timeout.ofMilliseconds(ask.limit().toMillis()))
              .build());
    }
    return post;
  }

  private static Answer answer(SimpleHttpResponse response) {
    return new Answer(
        response.getCode(),
        String.valueOf(response.getVersion()),
        response.getBodyBytes() == null ? new byte[0] : response.getBodyBytes());
  }

  /** The future that an application holds: what the callback saw, and the client's own cancel. */
  private static final class Cancelling extends CompletableFuture<Answer> {
    private final Future<?> call;

    Cancelling(CompletableFuture<Answer> answer, Future<?> call) {
      this.call = call;
      answer.whenComplete(
          (value, failure) -> {
            if (failure == null) {
              complete(value);
            } else {
              completeExceptionally(failure);
            }
          });
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return call.cancel(mayInterruptIfRunning);
    }
  }
}

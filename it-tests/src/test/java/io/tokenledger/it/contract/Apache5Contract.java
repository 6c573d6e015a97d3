package io.tokenledger.it.contract;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;

/** Apache HttpClient 5.0 to 5.6, classic. */
final class Apache5Contract implements ContractClient {
  private final PoolingHttpClientConnectionManager connections =
      new PoolingHttpClientConnectionManager();
  private final CloseableHttpClient client =
      HttpClients.custom().setConnectionManager(connections).build();

  Apache5Contract() {
    connections.setMaxTotal(CONNECTIONS);
    connections.setDefaultMaxPerRoute(CONNECTIONS);
  }

  @Override
  public Answer exchange(Ask ask) throws IOException {
    return exchange(post(ask));
  }

  private Answer exchange(HttpPost post) throws IOException {
    return client.execute(
        post,
        response ->
            new Answer(
                response.getCode(),
                String.valueOf(response.getVersion()),
                response.getEntity() == null
                    ? new byte[0]
                    : EntityUtils.toByteArray(response.getEntity())));
  }

  @Override
  public Future<Answer> start(Ask ask) {
    HttpPost post = post(ask);
    return BlockingCall.start(() -> exchange(post), post::cancel);
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
    return new Apache5Contract();
  }

  @Override
  @SuppressWarnings("deprecation") // how applications stream with every version
  public Streamed open(Ask ask) throws IOException {
    HttpPost post = post(ask);
    CloseableHttpResponse response = client.execute(post);
    return new Streamed() {
      @Override
      public int status() {
        return response.getCode();
      }

      @Override
      public InputStream body() {
        try {
          return response.getEntity().getContent();
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }

      @Override
      public void cancel() {
        post.cancel();
      }

      @Override
      public void close() throws IOException {
        response.close();
      }
    };
  }

  @Override
  public Answer exchangeHttp2(Ask ask) {
    return null;
  }

  @Override
  public String pool() {
    return connections.getTotalStats().getLeased()
        + " leased, "
        + connections.getTotalStats().getAvailable()
        + " available";
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private static HttpPost post(Ask ask) {
    HttpPost post = new HttpPost(ask.url());
    post.setEntity(
        ask.is(Way.ONE_SHOT)
            ? new InputStreamEntity(
                new ByteArrayInputStream(ask.bytes()), -1, ContentType.APPLICATION_JSON)
            : new StringEntity(ask.body(), ContentType.APPLICATION_JSON));
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
}

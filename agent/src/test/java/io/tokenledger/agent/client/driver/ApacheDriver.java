package io.tokenledger.agent.client.driver;

import io.tokenledger.agent.client.apache5.ApacheScenario;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** An application on Apache HttpClient; uses only what every version from 5.0 to 5.6 has. */
public final class ApacheDriver implements ApacheScenario {
  private final PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager();
  private CloseableHttpClient client = HttpClients.custom().setConnectionManager(pool).build();
  private volatile CloseableHttpResponse kept;

  @Override
  public void minimal() {
    client = HttpClients.createMinimal(pool);
  }

  @Override
  public byte[] get(String url) throws IOException {
    return client.execute(
        timed(new HttpGet(url)),
        response ->
            response.getEntity() == null
                ? new byte[0]
                : EntityUtils.toByteArray(response.getEntity()));
  }

  @Override
  public byte[] post(String url, String body) throws IOException {
    return post(url, new StringEntity(body, ContentType.APPLICATION_JSON));
  }

  @Override
  public byte[] postOneShot(String url, String body) throws IOException {
    return post(
        url,
        new InputStreamEntity(
            new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
            -1,
            ContentType.APPLICATION_JSON));
  }

  private byte[] post(String url, HttpEntity entity) throws IOException {
    HttpPost request = timed(new HttpPost(url));
    request.setEntity(entity);
    return client.execute(request, response -> EntityUtils.toByteArray(response.getEntity()));
  }

  @Override
  @SuppressWarnings("deprecation")
  public String describe(String url, String body) throws Exception {
    HttpPost request = timed(new HttpPost(url));
    StringEntity entity = new StringEntity(body, ContentType.APPLICATION_JSON);
    request.setEntity(entity);
    HttpClientContext context = HttpClientContext.create();
    try (CloseableHttpResponse response = client.execute(request, context)) {
      HttpEntity answer = response.getEntity();
      StringBuilder seen = new StringBuilder();
      seen.append(response.getCode()).append(' ');
      for (Header header : response.getHeaders()) {
        seen.append(header.getName()).append(' ');
      }
      return seen.append(answer.getContentLength())
          .append(answer.getContentType())
          .append(answer.getContentEncoding())
          .append(answer.isChunked())
          .append(answer.isRepeatable())
          .append(answer.isStreaming())
          .append(" own entity ")
          .append(request.getEntity() == entity)
          .append(" in the context ")
          .append(((ClassicHttpRequest) context.getRequest()).getEntity().getClass().getName())
          .append(EntityUtils.toString(answer))
          .toString();
    }
  }

  @Override
  @SuppressWarnings("deprecation")
  public String entityClass(String url) throws IOException {
    try (CloseableHttpResponse response = client.execute(timed(new HttpGet(url)))) {
      return response.getEntity().getClass().getName();
    }
  }

  @Override
  @SuppressWarnings("deprecation")
  public byte[] writeTo(String url) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CloseableHttpResponse response = client.execute(timed(new HttpGet(url)))) {
      response.getEntity().writeTo(out);
    }
    return out.toByteArray();
  }

  @Override
  @SuppressWarnings("deprecation")
  public String firstBytes(String url, int bytes) throws IOException {
    try (CloseableHttpResponse response = client.execute(timed(new HttpGet(url)))) {
      return new String(
          response.getEntity().getContent().readNBytes(bytes), StandardCharsets.UTF_8);
    }
  }

  @Override
  @SuppressWarnings("deprecation")
  public void keepUnread(String url) throws IOException {
    kept = client.execute(timed(new HttpGet(url)));
  }

  @Override
  public void drop() {
    kept = null;
  }

  @Override
  public Cancelled cancelled(String url) {
    HttpGet request = timed(new HttpGet(url));
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                outcome.complete(
                    client.execute(
                        request, response -> EntityUtils.toString(response.getEntity())));
              } catch (Throwable e) {
                outcome.completeExceptionally(e);
              }
            });
    reader.setDaemon(true);
    reader.start();
    return new Cancelled(request::cancel, outcome);
  }

  @Override
  public String pool() {
    return Arrays.asList(pool.getTotalStats().getLeased(), pool.getTotalStats().getAvailable())
        .toString();
  }

  private static <T extends HttpUriRequestBase> T timed(T request) {
    request.setConfig(
        RequestConfig.custom().setResponseTimeout(400, TimeUnit.MILLISECONDS).build());
    request.setHeader("X-Test", "yes");
    return request;
  }
}

package io.tokenledger.agent.client.driver;

import io.tokenledger.agent.client.apache5async.ApacheAsyncScenario;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestProducer;
import org.apache.hc.client5.http.async.methods.SimpleResponseConsumer;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.entity.StringAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.protocol.HttpContext;

/** An application on the asynchronous client; uses only what 5.0 to 5.6 have. */
public final class ApacheAsyncDriver implements ApacheAsyncScenario {
  private CloseableHttpAsyncClient client = started(HttpAsyncClients.createDefault());

  @Override
  public void minimal() {
    client = started(HttpAsyncClients.createMinimal());
  }

  @Override
  public byte[] get(String url) throws Exception {
    SimpleHttpResponse response = finished(execute(simple("GET", url), null));
    byte[] body = response.getBodyBytes();
    return body == null ? new byte[0] : body;
  }

  @Override
  public byte[] post(String url, String body) throws Exception {
    return send("POST", url, body);
  }

  @Override
  public byte[] put(String url, String body) throws Exception {
    return send("PUT", url, body);
  }

  private byte[] send(String method, String url, String body) throws Exception {
    SimpleHttpRequest request = simple(method, url);
    request.setBody(body, ContentType.APPLICATION_JSON);
    return finished(execute(request, null)).getBodyBytes();
  }

  @Override
  public byte[] postOneShot(String url, String body) throws Exception {
    return finished(
            client.execute(
                new BasicRequestProducer(
                    new BasicHttpRequest("POST", java.net.URI.create(url)), new OneShot(body)),
                SimpleResponseConsumer.create(),
                null,
                null,
                null))
        .getBodyBytes();
  }

  @Override
  public String describe(String url, String body) throws Exception {
    AsyncRequestProducer producer =
        new BasicRequestProducer(
            new BasicHttpRequest("POST", java.net.URI.create(url)),
            new StringAsyncEntityProducer(body, ContentType.APPLICATION_JSON));
    return finished(client.execute(producer, new Pieces(), null, null, null));
  }

  @Override
  public Call start(String url) {
    CompletableFuture<String> told = new CompletableFuture<>();
    SimpleHttpRequest request = simple("GET", url);
    request.setConfig(
        RequestConfig.custom().setResponseTimeout(400, TimeUnit.MILLISECONDS).build());
    Future<?> future =
        execute(
            request,
            new FutureCallback<>() {
              @Override
              public void completed(SimpleHttpResponse result) {
                told.complete("completed");
              }

              @Override
              public void failed(Exception cause) {
                told.complete("failed " + cause.getClass().getName());
              }

              @Override
              public void cancelled() {
                told.complete("cancelled");
              }
            });
    return new Call(future, told);
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private Future<SimpleHttpResponse> execute(
      SimpleHttpRequest request, FutureCallback<SimpleHttpResponse> callback) {
    return client.execute(
        SimpleRequestProducer.create(request),
        SimpleResponseConsumer.create(),
        null,
        null,
        callback);
  }

  private static SimpleHttpRequest simple(String method, String url) {
    SimpleHttpRequest request = new SimpleHttpRequest(method, java.net.URI.create(url));
    request.setHeader("X-Test", "yes");
    return request;
  }

  private static <T> T finished(Future<T> future) throws Exception {
    try {
      return future.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private static CloseableHttpAsyncClient started(CloseableHttpAsyncClient client) {
    client.start();
    return client;
  }

  private static final class OneShot extends ByteByByte {
    OneShot(String body) {
      super(body);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }
  }

  /** Writes one byte at a time. */
  private abstract static class ByteByByte
      implements org.apache.hc.core5.http.nio.AsyncEntityProducer {
    private final ByteBuffer body;

    ByteByByte(String body) {
      this.body = ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int available() {
      return body.remaining();
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
      while (body.hasRemaining()) {
        int limit = body.limit();
        body.limit(body.position() + 1);
        int written = channel.write(body);
        body.limit(limit);
        if (written == 0) {
          return;
        }
      }
      channel.endStream();
    }

    @Override
    public void failed(Exception cause) {}

    @Override
    public void releaseResources() {}

    @Override
    public long getContentLength() {
      return -1;
    }

    @Override
    public String getContentType() {
      return "application/json";
    }

    @Override
    public String getContentEncoding() {
      return null;
    }

    @Override
    public boolean isChunked() {
      return true;
    }

    @Override
    public java.util.Set<String> getTrailerNames() {
      return java.util.Set.of();
    }
  }

  /** Tells what it was given, without moving a buffer's position. */
  private static final class Pieces implements AsyncResponseConsumer<String> {
    private final StringBuilder seen = new StringBuilder();
    private FutureCallback<String> callback;

    @Override
    public void consumeResponse(
        HttpResponse response,
        EntityDetails entity,
        HttpContext context,
        FutureCallback<String> callback) {
      this.callback = callback;
      seen.append(response.getCode()).append(' ');
      for (Header header : response.getHeaders()) {
        seen.append(header).append(' ');
      }
      seen.append(entity.getContentLength()).append(entity.getContentEncoding());
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {}

    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
      channel.update(Integer.MAX_VALUE);
    }

    @Override
    public void consume(ByteBuffer source) {
      byte[] bytes = new byte[source.remaining()];
      source.duplicate().get(bytes);
      seen.append(new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
      callback.completed(seen.append(" end").toString());
    }

    @Override
    public void failed(Exception cause) {
      callback.failed(cause);
    }

    @Override
    public void releaseResources() {}
  }
}

package io.tokenledger.it.provider;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/** One HTTP client, as an application uses it to send a request and read the whole answer. */
interface ReplayClient extends AutoCloseable {

  /** The answer's body, decoded where the client decodes. */
  byte[] exchange(String method, URI uri, Map<String, String> headers, byte[] body)
      throws Exception;

  @Override
  default void close() throws IOException {}

  /** A client by the name that records carry. */
  static ReplayClient named(String name) {
    return switch (name) {
      case "okhttp" -> new OkHttp();
      case "jdk" -> new Jdk();
      case "apache5" -> new Apache5();
      case "apache5-async" -> new Apache5Async();
      default -> throw new IllegalArgumentException("no client " + name);
    };
  }

  /** OkHttp. */
  final class OkHttp implements ReplayClient {
    private final OkHttpClient client = new OkHttpClient();

    @Override
    public byte[] exchange(String method, URI uri, Map<String, String> headers, byte[] body)
        throws IOException {
      String type = headers.get("content-type");
      okhttp3.Request request =
          new okhttp3.Request.Builder()
              .url(uri.toURL())
              .headers(Headers.of(headers))
              .method(
                  method,
                  body == null
                      ? null
                      : RequestBody.create(body, type == null ? null : MediaType.parse(type)))
              .build();
      try (Response response = client.newCall(request).execute()) {
        return response.body().bytes();
      }
    }
  }

  /** java.net.http. */
  final class Jdk implements ReplayClient {
    private final HttpClient client = HttpClient.newHttpClient();

    @Override
    public byte[] exchange(String method, URI uri, Map<String, String> headers, byte[] body)
        throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri)
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofByteArray(body));
      headers.forEach(request::header);
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()).body();
    }
  }

  /** Apache HttpClient 5, classic. */
  final class Apache5 implements ReplayClient {
    private final CloseableHttpClient client = HttpClients.createDefault();

    @Override
    public byte[] exchange(String method, URI uri, Map<String, String> headers, byte[] body)
        throws IOException {
      ClassicRequestBuilder request = ClassicRequestBuilder.create(method).setUri(uri);
      headers.forEach(request::addHeader);
      if (body != null) {
        request.setEntity(
            new ByteArrayEntity(body, ContentType.parse(headers.get("content-type"))));
        request.removeHeaders("content-type");
      }
      return client.execute(
          request.build(),
          response ->
              response.getEntity() == null
                  ? new byte[0]
                  : EntityUtils.toByteArray(response.getEntity()));
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  /** Apache HttpClient 5, asynchronous. */
  final class Apache5Async implements ReplayClient {
    private final CloseableHttpAsyncClient client = HttpAsyncClients.createDefault();

    Apache5Async() {
      client.start();
    }

    @Override
    public byte[] exchange(String method, URI uri, Map<String, String> headers, byte[] body)
        throws InterruptedException, ExecutionException {
      SimpleHttpRequest request = SimpleHttpRequest.create(method, uri.toString());
      headers.forEach(request::addHeader);
      if (body != null) {
        request.removeHeaders("content-type");
        request.setBody(body, ContentType.parse(headers.get("content-type")));
      }
      SimpleHttpResponse response = client.execute(request, null).get();
      return response.getBodyBytes() == null ? new byte[0] : response.getBodyBytes();
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }
}

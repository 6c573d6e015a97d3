package io.tokenledger.agent.client.driver;

import io.tokenledger.agent.client.harness.SilentExchange;
import io.tokenledger.agent.client.okhttp.OkHttpScenario;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;

/** An application on OkHttp; uses only what every version from 3.4 to 5.x has. */
public final class OkHttpDriver implements OkHttpScenario {
  private static final MediaType JSON = MediaType.parse("application/json");
  private final OkHttpClient client =
      new OkHttpClient.Builder()
          .readTimeout(800, TimeUnit.MILLISECONDS)
          .connectTimeout(2, TimeUnit.SECONDS)
          .build();
  private volatile Response kept;

  @Override
  public byte[] get(String url) throws IOException {
    try (Response response = client.newCall(request(url).build()).execute()) {
      return response.body().bytes();
    }
  }

  @Override
  public byte[] post(String url, String body) throws IOException {
    try (Response response = client.newCall(posting(url, body)).execute()) {
      return response.body().bytes();
    }
  }

  @Override
  public String head(String url) throws IOException {
    try (Response response = client.newCall(request(url).head().build()).execute()) {
      return response.code() + " " + response.header("Content-Length");
    }
  }

  @Override
  public String describe(String url, String body) throws IOException {
    RequestBody own = RequestBody.create(JSON, body);
    Request request = request(url).post(own).build();
    try (Response response = client.newCall(request).execute()) {
      return response.code()
          + " own request "
          + (response.request() == request)
          + " own body "
          + (response.request().body() == own)
          + " prior "
          + (response.priorResponse() == null ? "none" : response.priorResponse().code())
          + " type "
          + response.body().contentType()
          + " length "
          + response.body().contentLength()
          + " headers "
          + response.headers().names()
          + " sent "
          + response.networkResponse().request().header("Content-Length")
          + " "
          + response.networkResponse().request().header("Content-Type");
    }
  }

  @Override
  public String bodyClass(String url) throws IOException {
    try (Response response = client.newCall(request(url).build()).execute()) {
      return response.body().getClass().getName();
    }
  }

  @Override
  public byte[] postAsync(String url, String body) throws Exception {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    client
        .newCall(posting(url, body))
        .enqueue(
            new Callback() {
              @Override
              public void onFailure(Call call, IOException e) {
                answer.completeExceptionally(e);
              }

              @Override
              public void onResponse(Call call, Response response) throws IOException {
                try (response) {
                  answer.complete(response.body().bytes());
                } catch (IOException e) {
                  answer.completeExceptionally(e);
                }
              }
            });
    return answer.get(10, TimeUnit.SECONDS);
  }

  @Override
  public byte[] postStreamed(String url, int pieces, int pieceBytes, boolean emit)
      throws IOException {
    RequestBody body =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return JSON;
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            for (int i = 0; i < pieces; i++) {
              sink.write(new byte[pieceBytes]);
              if (emit) {
                sink.emit();
              }
            }
            sink.writeUtf8("end");
          }
        };
    try (Response response = client.newCall(request(url).post(body).build()).execute()) {
      return response.body().bytes();
    }
  }

  @Override
  public String firstLine(String url) throws IOException {
    try (Response response = client.newCall(request(url).build()).execute()) {
      return response.body().source().readUtf8Line();
    }
  }

  @Override
  public void keepUnread(String url) throws IOException {
    kept = client.newCall(request(url).build()).execute();
  }

  @Override
  public void drop() {
    kept = null;
  }

  @Override
  public Cancelled cancelled(String url) {
    Call call = client.newCall(request(url).build());
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try (Response response = call.execute()) {
                InputStream in = response.body().byteStream();
                outcome.complete(new String(in.readAllBytes(), StandardCharsets.UTF_8));
              } catch (Throwable e) {
                outcome.completeExceptionally(e);
              }
            });
    reader.setDaemon(true);
    reader.start();
    return new Cancelled(call::cancel, outcome);
  }

  @Override
  public String callTimeout(String url, boolean async) throws Exception {
    OkHttpClient limited =
        client
            .newBuilder()
            .callTimeout(300, TimeUnit.MILLISECONDS)
            .readTimeout(20, TimeUnit.SECONDS)
            .build();
    return failure(limited.newCall(request(url).build()), async);
  }

  @Override
  public String callTimeoutAfterRetry(String url) throws Exception {
    OkHttpClient limited =
        client
            .newBuilder()
            .callTimeout(3, TimeUnit.SECONDS)
            .addInterceptor(
                chain -> {
                  try {
                    return chain.proceed(chain.request());
                  } catch (SocketTimeoutException tooLong) {
                    return chain.withReadTimeout(20, TimeUnit.SECONDS).proceed(chain.request());
                  }
                })
            .build();
    return failure(limited.newCall(request(url).build()), false);
  }

  private static String failure(Call call, boolean async) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Callback callback =
        new Callback() {
          @Override
          public void onFailure(Call call, IOException e) {
            answer.complete(e.toString());
          }

          @Override
          public void onResponse(Call call, Response response) {
            try (response) {
              answer.complete("read " + response.body().bytes().length);
            } catch (IOException e) {
              answer.complete(e.toString());
            }
          }
        };
    if (async) {
      call.enqueue(callback);
      return answer.get(10, TimeUnit.SECONDS);
    }
    try {
      callback.onResponse(call, call.execute());
    } catch (IOException e) {
      callback.onFailure(call, e);
    }
    return answer.get();
  }

  @Override
  public long allocatedByFurtherPieces(String url) throws Exception {
    OkHttpClient endless =
        client
            .newBuilder()
            .addNetworkInterceptor(
                chain -> {
                  Response response = chain.proceed(chain.request());
                  return response.newBuilder().body(new EndlessBody(response.body())).build();
                })
            .build();
    try (Response response = endless.newCall(request(url).build()).execute()) {
      BufferedSource source = response.body().source();
      Buffer sink = new Buffer();
      return SilentExchange.allocatedByFurtherPieces(
          count -> {
            for (int i = 0; i < count; i++) {
              source.read(sink, 8192);
              sink.clear();
            }
          });
    }
  }

  /** Gives 300 bytes at each read. */
  private static final class EndlessBody extends ResponseBody implements Source {
    private final byte[] piece = new byte[300];
    private final ResponseBody replaced;
    private final BufferedSource source = Okio.buffer((Source) this);

    EndlessBody(ResponseBody replaced) {
      this.replaced = replaced;
    }

    @Override
    public MediaType contentType() {
      return replaced.contentType();
    }

    @Override
    public long contentLength() {
      return -1;
    }

    @Override
    public BufferedSource source() {
      return source;
    }

    @Override
    public long read(Buffer sink, long byteCount) {
      sink.write(piece);
      return piece.length;
    }

    @Override
    public Timeout timeout() {
      return Timeout.NONE;
    }

    @Override
    public void close() {
      replaced.close();
    }
  }

  @Override
  public byte[] withInterceptors(String url, String body, boolean network) throws IOException {
    Interceptor copying =
        chain -> {
          Request request = chain.request();
          request.body().writeTo(new okio.Buffer());
          return chain.proceed(request);
        };
    OkHttpClient.Builder builder = client.newBuilder();
    if (network) {
      builder.addNetworkInterceptor(copying);
    } else {
      builder.addInterceptor(copying);
    }
    try (Response response = builder.build().newCall(posting(url, body)).execute()) {
      return response.body().bytes();
    }
  }

  private static Request posting(String url, String body) {
    return request(url).post(RequestBody.create(JSON, body)).build();
  }

  private static Request.Builder request(String url) {
    return new Request.Builder().url(url).header("X-Test", "yes");
  }
}

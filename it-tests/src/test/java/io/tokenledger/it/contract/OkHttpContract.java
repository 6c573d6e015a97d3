package io.tokenledger.it.contract;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;

/** OkHttp 3.14 to 5. */
final class OkHttpContract implements ContractClient {
  private static final MediaType JSON = MediaType.parse("application/json");

  /** OkHttp tells of bodies that were collected unread whenever its pool comes across one. */
  private static final Logger OF_OKHTTP = Logger.getLogger(OkHttpClient.class.getName());

  private final OkHttpClient client = new OkHttpClient();

  OkHttpContract() {
    OF_OKHTTP.setLevel(Level.OFF);
  }

  @Override
  public Answer exchange(Ask ask) throws IOException {
    try (Response response = call(client, ask).execute()) {
      return answer(response);
    }
  }

  @Override
  public Future<Answer> start(Ask ask) {
    return start(call(client, ask));
  }

  @Override
  public Future<Answer> startOn(ExecutorService executor, Ask ask) {
    return start(call(client.newBuilder().dispatcher(new Dispatcher(executor)).build(), ask));
  }

  @Override
  public ContractClient another() {
    return new OkHttpContract();
  }

  private static Future<Answer> start(Call call) {
    CompletableFuture<Answer> future =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            call.cancel();
            return true;
          }
        };
    call.enqueue(
        new Callback() {
          @Override
          public void onFailure(Call failed, IOException cause) {
            future.completeExceptionally(cause);
          }

          @Override
          public void onResponse(Call answered, Response response) {
            try (response) {
              future.complete(answer(response));
            } catch (IOException cause) {
              future.completeExceptionally(cause);
            }
          }
        });
    return future;
  }

  @Override
  public Future<Answer> startBlocking(Ask ask) {
    Call call = call(client, ask);
    return BlockingCall.start(
        () -> {
          try (Response response = call.execute()) {
            return answer(response);
          }
        },
        call::cancel);
  }

  @Override
  public Streamed open(Ask ask) throws IOException {
    Call call = call(client, ask);
    Response response = call.execute();
    return new Streamed() {
      @Override
      public int status() {
        return response.code();
      }

      @Override
      public InputStream body() {
        return response.body().byteStream();
      }

      @Override
      public void cancel() {
        call.cancel();
      }

      @Override
      public void close() {
        response.close();
      }
    };
  }

  @Override
  public Answer exchangeHttp2(Ask ask) throws IOException {
    OkHttpClient http2 =
        client.newBuilder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();
    try (Response first = call(http2, ask).execute()) {
      answer(first);
    }
    try (Response response = call(http2, ask).execute()) {
      return answer(response);
    }
  }

  @Override
  public String pool() {
    return client.connectionPool().connectionCount()
        + " connections, "
        + client.connectionPool().idleConnectionCount()
        + " idle";
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  private static Call call(OkHttpClient client, Ask ask) {
    Request.Builder request = new Request.Builder().url(ask.url()).post(body(ask));
    if (ask.is(Way.GZIP)) {
      request.header("accept-encoding", "gzip");
    }
    if (ask.is(Way.EXPECT_CONTINUE)) {
      request.header("expect", "100-continue");
    }
    Duration limit = ask.limit();
    OkHttpClient limited =
        limit == null
            ? client
            : client.newBuilder().readTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).build();
    return limited.newCall(request.build());
  }

  @SuppressWarnings("deprecation") // the order of arguments that 3.14 knows too
  private static RequestBody body(Ask ask) {
    if (!ask.is(Way.ONE_SHOT)) {
      return RequestBody.create(JSON, ask.body());
    }
    InputStream once = new ByteArrayInputStream(ask.bytes());
    return new RequestBody() {
      @Override
      public MediaType contentType() {
        return JSON;
      }

      @Override
      public boolean isOneShot() {
        return true;
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        once.transferTo(sink.outputStream());
      }
    };
  }

  private static Answer answer(Response response) throws IOException {
    return new Answer(response.code(), response.protocol().toString(), response.body().bytes());
  }
}

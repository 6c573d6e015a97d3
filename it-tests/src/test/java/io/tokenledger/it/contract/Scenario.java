package io.tokenledger.it.contract;

import io.tokenledger.it.contract.ContractClient.Answer;
import io.tokenledger.it.contract.ContractClient.Ask;
import io.tokenledger.it.contract.ContractClient.Streamed;
import io.tokenledger.it.contract.ContractClient.Way;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLConnection;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What an application does with a client, written once for all clients; the answer on the other
 * side is {@link ContractProvider}'s. Each gives what the application observed, as one line.
 */
enum Scenario {
  JSON((client, ask) -> Observed.answer(client.exchange(ask)) + pool(client)),
  JSON_IN_SINGLE_BYTES((client, ask) -> Observed.answer(client.exchange(ask))),
  STREAM((client, ask) -> Observed.answer(client.exchange(ask)) + pool(client)),
  OTHER_REQUEST((client, ask) -> Observed.answer(client.exchange(ask)) + pool(client)),
  CUT_IN_BODY((client, ask) -> Observed.answer(client.exchange(ask)) + pool(client)),
  JSON_ASYNC((client, ask) -> Observed.answer(client.start(ask).get(20, TimeUnit.SECONDS))),
  STREAM_ASYNC((client, ask) -> Observed.answer(client.start(ask).get(20, TimeUnit.SECONDS))),
  STREAM_PULLED(Scenario::pullByteForByte),
  FIRST_EVENT_AT_ONCE(Scenario::readAcross),
  EARLY_CLOSE(Scenario::closeEarly),
  CANCEL_BEFORE_HEAD((client, ask) -> cancelWhenArrived(ask, client.start(ask))),
  CANCEL_ASYNC_IN_BODY((client, ask) -> cancelWhenArrived(ask, client.start(ask))),
  CANCEL_WHILE_READING(Scenario::cancelWhileReading),
  CANCEL_BLOCKING((client, ask) -> cancelWhenArrived(ask, client.startBlocking(ask))),
  RESET_IN_BODY(Scenario::readAcross),
  CLOSED_BEFORE_HEAD((client, ask) -> Observed.answer(client.exchange(ask))),
  END_WITHOUT_TERMINAL_EVENT((client, ask) -> Observed.answer(client.exchange(ask))),
  CONNECT_FAILURE((client, ask) -> Observed.answer(client.exchange(ask))),
  CONNECT_FAILURE_ASYNC(
      (client, ask) -> Observed.answer(client.start(ask).get(20, TimeUnit.SECONDS))),
  TIMEOUT_BEFORE_HEAD((client, ask) -> timed(() -> client.exchange(limited(ask)))),
  TIMEOUT_BEFORE_HEAD_ASYNC(
      (client, ask) -> timed(() -> client.start(limited(ask)).get(20, TimeUnit.SECONDS))),
  TIMEOUT_IN_BODY((client, ask) -> timed(() -> client.exchange(limited(ask)))),
  REDIRECT((client, ask) -> Observed.answer(client.exchange(ask))),
  STALE_CONNECTION(Scenario::afterTheServerClosed),
  UNAVAILABLE(Scenario::alone),
  UNAUTHORIZED((client, ask) -> Observed.answer(client.exchange(ask))),
  SERVER_ERROR((client, ask) -> Observed.answer(client.exchange(ask))),
  GZIP_IF_THE_CLIENT_ASKS((client, ask) -> Observed.answer(client.exchange(ask))),
  GZIP_FOR_THE_APPLICATION((client, ask) -> Observed.answer(client.exchange(ask.by(Way.GZIP)))),
  EMPTY_BODY((client, ask) -> Observed.answer(client.exchange(ask))),
  NO_CONTENT((client, ask) -> Observed.answer(client.exchange(ask))),
  ONE_SHOT_BODY((client, ask) -> Observed.answer(client.exchange(ask.by(Way.ONE_SHOT)))),
  EXECUTOR_SHUT_DOWN(Scenario::onExecutorShutDown),
  EXPECT_CONTINUE((client, ask) -> Observed.answer(client.exchange(ask.by(Way.EXPECT_CONTINUE)))),
  TWO_CLIENTS(Scenario::withAnother),
  EXECUTOR_SATURATED(Scenario::onSaturatedExecutor),
  VIRTUAL_THREAD(Scenario::onVirtualThread),
  HTTP2((client, ask) -> Observed.answer(client.exchangeHttp2(ask))),
  HTTP2_RESET_IN_BODY((client, ask) -> Observed.answer(client.exchangeHttp2(ask))),
  TLS((client, ask) -> Observed.answer(client.exchange(ask))),
  TLS_ASYNC((client, ask) -> Observed.answer(client.start(ask).get(20, TimeUnit.SECONDS))),
  TLS_STREAM(Scenario::pullByteForByte),
  TLS_CUT_IN_BODY((client, ask) -> Observed.answer(client.exchange(ask))),
  NEVER_CLOSED(Scenario::leaveOpen),
  COLLECTED((client, ask) -> Observed.line(client.open(ask).body()));

  /** How long the application waits for a head or more of a body where it does not wait long. */
  static final Duration LIMIT = Duration.ofMillis(700);

  /** Keeps what is never closed from being collected. */
  private static final List<Streamed> LEFT_OPEN = new ArrayList<>();

  private final Run run;

  private interface Run {
    String with(ContractClient client, Ask ask) throws Exception;
  }

  Scenario(Run run) {
    this.run = run;
  }

  /** Runs it; an exception is an observation too. */
  String observe(ContractClient client, String url) {
    try {
      return run.with(client, new Ask(url, body(), null, Set.of()));
    } catch (Throwable thrown) {
      return Observed.thrown(thrown);
    }
  }

  private String body() {
    return "{\"model\":\""
        + name()
        + "\",\"stream\":"
        + ContractProvider.streams(this)
        + ",\"stream_options\":{\"include_usage\":true},\"messages\":[]}";
  }

  private static Ask limited(Ask ask) {
    return ask.limit(LIMIT);
  }

  private static String pool(ContractClient client) {
    return " pool: " + client.pool();
  }

  private static String pullByteForByte(ContractClient client, Ask ask) throws Exception {
    try (Streamed streamed = client.open(ask)) {
      java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
      for (int b = streamed.body().read(); b >= 0; b = streamed.body().read()) {
        body.write(b);
      }
      return Observed.answer(new Answer(streamed.status(), "", body.toByteArray()));
    }
  }

  /** The provider sends the rest once the application has the first line, however long it takes. */
  static String readAcross(ContractClient client, Ask ask) throws Exception {
    try (Streamed streamed = client.open(ask)) {
      String line = Observed.line(streamed.body());
      call("/release", ask);
      try {
        return line + " then " + Observed.digest(streamed.body().readAllBytes());
      } catch (IOException broken) {
        return line + " then " + Observed.thrown(broken);
      }
    }
  }

  private static String closeEarly(ContractClient client, Ask ask) throws Exception {
    String line;
    try (Streamed streamed = client.open(ask)) {
      line = Observed.line(streamed.body());
    }
    return line;
  }

  private static String cancelWhenArrived(Ask ask, Future<Answer> call) throws Exception {
    call("/arrived", ask);
    call.cancel(true);
    try {
      return Observed.answer(call.get(20, TimeUnit.SECONDS));
    } catch (CancellationException | ExecutionException thrown) {
      return cancelled(thrown);
    }
  }

  /**
   * OkHttp has two clocks for one limit, and the JDK's time-out takes the end of the connection
   * along as a cause or not: races of their own.
   */
  private static String timed(Callable<Answer> call) throws Exception {
    try {
      return Observed.answer(call.call());
    } catch (Exception thrown) {
      for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
        if (cause instanceof SocketTimeoutException || cause instanceof HttpTimeoutException) {
          return thrown.getClass().getName() + " of a " + cause.getClass().getSimpleName();
        }
      }
      throw thrown;
    }
  }

  /** Which exception a cancel ends in is a race within the clients themselves. */
  private static String cancelled(Exception thrown) {
    String observed = Observed.thrown(thrown);
    return observed.matches(".*(CancellationException|Cancel+ed|[Cc]losed|abort|cancelled).*")
        ? "cancelled"
        : observed;
  }

  private static String cancelWhileReading(ContractClient client, Ask ask) throws Exception {
    try (Streamed streamed = client.open(ask)) {
      InputStream body = streamed.body();
      String line = Observed.line(body);
      streamed.cancel();
      try {
        body.readAllBytes();
        return line + " then the end";
      } catch (IOException cancelled) {
        return line + " then " + cancelled(cancelled);
      }
    }
  }

  /**
   * Whether a client notices in time that the server closed its connection is a race of its own, so
   * the application tries again.
   */
  private static String afterTheServerClosed(ContractClient client, Ask ask) throws Exception {
    String first = Observed.answer(client.exchange(ask));
    Ask again = new Ask(ask.url() + "?again", ask.body(), null, Set.of());
    String second;
    try {
      second = Observed.answer(client.exchange(again));
    } catch (IOException | ExecutionException closed) {
      second = Observed.answer(client.exchange(again));
    }
    return first + " then " + second;
  }

  /** On a client of its own: one that hangs in its own repeat must not disturb what comes next. */
  private static String alone(ContractClient client, Ask ask) throws Exception {
    try (ContractClient own = client.another()) {
      return Observed.answer(own.exchange(ask));
    }
  }

  private static String withAnother(ContractClient client, Ask ask) throws Exception {
    try (ContractClient another = client.another()) {
      String first = Observed.answer(another.exchange(ask));
      return first + " and " + Observed.answer(client.exchange(ask));
    }
  }

  private static String onSaturatedExecutor(ContractClient client, Ask ask) throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    ExecutorService executor =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new SynchronousQueue<>());
    executor.submit(() -> over.await(20, TimeUnit.SECONDS));
    try {
      return on(executor, client, ask);
    } finally {
      over.countDown();
      executor.shutdown();
    }
  }

  private static String onExecutorShutDown(ContractClient client, Ask ask) throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    executor.shutdown();
    return on(executor, client, ask);
  }

  private static String on(ExecutorService executor, ContractClient client, Ask ask)
      throws Exception {
    Future<Answer> call = client.startOn(executor, ask);
    try {
      return call == null ? "cannot" : Observed.answer(call.get(20, TimeUnit.SECONDS));
    } catch (ExecutionException thrown) {
      return Observed.thrown(thrown);
    }
  }

  private static String onVirtualThread(ContractClient client, Ask ask) throws Exception {
    CompletableFuture<String> observed = new CompletableFuture<>();
    Consumer<Runnable> start = Observed.virtualThreads();
    if (start == null) {
      return "no virtual threads";
    }
    start.accept(
        () -> {
          try {
            observed.complete(Observed.answer(client.exchange(ask)));
          } catch (Exception thrown) {
            observed.complete(Observed.thrown(thrown));
          }
        });
    return observed.get();
  }

  private static String leaveOpen(ContractClient client, Ask ask) throws Exception {
    Streamed streamed = client.open(ask);
    LEFT_OPEN.add(streamed);
    return Observed.line(streamed.body());
  }

  /** Steers the provider, not through the client under test; returns when it has done so. */
  private static void call(String signal, Ask ask) throws IOException {
    URI uri = URI.create(ask.url());
    URLConnection connection = uri.resolve(signal + uri.getPath()).toURL().openConnection();
    connection.setRequestProperty("connection", "close");
    try (InputStream in = connection.getInputStream()) {
      in.readAllBytes();
    }
  }
}

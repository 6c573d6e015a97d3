package io.tokenledger.it.contract;

import io.tokenledger.it.contract.ContractClient.Answer;
import io.tokenledger.it.contract.ContractClient.Ask;
import io.tokenledger.it.contract.ContractClient.Streamed;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What an application does with a client, written once for all clients; the answer on the other
 * side is {@link ContractProvider}'s. Each gives what the application observed, as one line.
 */
enum Scenario {
  JSON((client, ask) -> Observed.answer(client.exchange(ask)) + pool(client)),
  JSON_ASYNC((client, ask) -> Observed.answer(client.start(ask).get(20, TimeUnit.SECONDS))),
  JSON_IN_SINGLE_BYTES((client, ask) -> Observed.answer(client.exchange(ask))),
  STREAM((client, ask) -> Observed.answer(client.exchange(ask)) + pool(client)),
  STREAM_ASYNC((client, ask) -> Observed.answer(client.start(ask).get(20, TimeUnit.SECONDS))),
  STREAM_PULLED(Scenario::pullByteForByte),
  FIRST_EVENT_AT_ONCE(Scenario::firstEventBeforeTheRest),
  EARLY_CLOSE(Scenario::closeEarly),
  CANCEL_BEFORE_HEAD(Scenario::cancelWhenArrived),
  CANCEL_ASYNC_IN_BODY(Scenario::cancelWhenArrived),
  CANCEL_WHILE_READING(Scenario::cancelWhileReading),
  RESET_IN_BODY((client, ask) -> Observed.answer(client.exchange(ask))),
  CLOSED_BEFORE_HEAD((client, ask) -> Observed.answer(client.exchange(ask))),
  CUT_IN_BODY((client, ask) -> Observed.answer(client.exchange(ask)) + pool(client)),
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
  UNAVAILABLE((client, ask) -> Observed.answer(client.exchange(ask))),
  UNAUTHORIZED((client, ask) -> Observed.answer(client.exchange(ask))),
  SERVER_ERROR((client, ask) -> Observed.answer(client.exchange(ask))),
  GZIP_IF_THE_CLIENT_ASKS((client, ask) -> Observed.answer(client.exchange(ask))),
  GZIP_FOR_THE_APPLICATION((client, ask) -> Observed.answer(client.exchange(ask.asksForGzip()))),
  EMPTY_BODY((client, ask) -> Observed.answer(client.exchange(ask))),
  NO_CONTENT((client, ask) -> Observed.answer(client.exchange(ask))),
  OTHER_REQUEST((client, ask) -> Observed.answer(client.exchange(ask)) + pool(client)),
  VIRTUAL_THREAD(Scenario::onVirtualThread),
  HTTP2((client, ask) -> Observed.answer(client.exchangeHttp2(ask))),
  NEVER_CLOSED(Scenario::leaveOpen);

  private static final Duration LIMIT = Duration.ofMillis(300);

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
      return run.with(client, new Ask(url, body(), null, false));
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

  private static String firstEventBeforeTheRest(ContractClient client, Ask ask) throws Exception {
    try (Streamed streamed = client.open(ask)) {
      Observed.line(streamed.body());
      long first = System.nanoTime();
      byte[] rest = streamed.body().readAllBytes();
      boolean waited = System.nanoTime() - first > ContractProvider.STALL.toNanos() / 2;
      return Observed.digest(rest) + (waited ? " came by and by" : " came at once");
    }
  }

  private static String closeEarly(ContractClient client, Ask ask) throws Exception {
    String line;
    try (Streamed streamed = client.open(ask)) {
      line = Observed.line(streamed.body());
    }
    return line;
  }

  private static String cancelWhenArrived(ContractClient client, Ask ask) throws Exception {
    Future<Answer> call = client.start(ask);
    awaitArrival(ask);
    call.cancel(true);
    try {
      return Observed.answer(call.get(20, TimeUnit.SECONDS));
    } catch (CancellationException | ExecutionException thrown) {
      return cancelled(thrown);
    }
  }

  /** OkHttp has two clocks for one limit; which of them runs out first is a race of its own. */
  private static String timed(Callable<Answer> call) throws Exception {
    try {
      return Observed.answer(call.call());
    } catch (Exception thrown) {
      for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
        if (cause instanceof SocketTimeoutException) {
          return thrown.getClass().getName() + " of a SocketTimeoutException";
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

  private static String afterTheServerClosed(ContractClient client, Ask ask) throws Exception {
    String first = Observed.answer(client.exchange(ask));
    return first + " then " + Observed.answer(client.exchange(ask));
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

  /** Asks the provider to answer once it has the request; not through the client under test. */
  private static void awaitArrival(Ask ask) throws IOException {
    URI uri = URI.create(ask.url());
    URI arrived = uri.resolve("/arrived" + uri.getPath());
    URLConnection connection = arrived.toURL().openConnection();
    connection.setRequestProperty("connection", "close");
    try (InputStream in = connection.getInputStream()) {
      in.readAllBytes();
    }
  }
}

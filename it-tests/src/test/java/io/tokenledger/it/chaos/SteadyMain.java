package io.tokenledger.it.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Scanner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * An application under steady load until a line on standard input tells it to stop: numbered calls,
 * every third one a stream, every 21st a stream that it closes early. Says of each call how it
 * ended and at which {@link System#nanoTime()}, which all processes of a machine share: {@code ok
 * 17 123456789;}. Arguments: {@code jdk} or {@code okhttp}, address, calls a second, number of the
 * first call, bytes of filler that the provider puts into its usage reports.
 */
public final class SteadyMain {
  private static final int THREADS = 4;
  private static final int FIRST_LINE = 20;

  private final Client client;
  private final int first;
  private final long intervalNanos;
  private final AtomicInteger next = new AtomicInteger();
  private volatile boolean stopping;

  private interface Client {
    InputStream post(int n, String json) throws IOException, InterruptedException;
  }

  private SteadyMain(Client client, int perSecond, int first) {
    this.client = client;
    this.first = first;
    this.intervalNanos = 1_000_000_000L / perSecond;
  }

  public static void main(String[] args) throws Exception {
    Client client =
        args[0].equals("jdk") ? jdk(URI.create(args[1]), args[4]) : okhttp(args[1], args[4]);
    SteadyMain steady =
        new SteadyMain(client, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    long start = System.nanoTime();
    for (int i = 0; i < THREADS; i++) {
      pool.execute(() -> steady.work(start));
    }
    try (Scanner lines = new Scanner(System.in)) {
      if (lines.hasNextLine()) {
        lines.nextLine();
      }
    }
    steady.stopping = true;
    pool.shutdown();
    pool.awaitTermination(30, TimeUnit.SECONDS);
    System.exit(0); // the clients' own threads would keep it for minutes
  }

  private void work(long start) {
    for (int n = next.getAndIncrement(); !stopping; n = next.getAndIncrement()) {
      long at = start + n * intervalNanos;
      for (long wait = at - System.nanoTime(); wait > 0; wait = at - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      String how = call(first + n);
      System.out.println(how + " " + (first + n) + " " + System.nanoTime() + ";");
    }
  }

  private String call(int n) {
    boolean cut = n % 21 == 0;
    String json =
        "{\"model\":\"gpt-4o-mini\",\"user\":\"u"
            + n
            + "\",\"messages\":[],\"stream\":"
            + (n % 3 == 0)
            + "}";
    try (InputStream body = client.post(n, json)) {
      if (cut) {
        body.readNBytes(FIRST_LINE);
      } else {
        body.readAllBytes();
      }
      return cut ? "cut" : "ok";
    } catch (IOException | InterruptedException | RuntimeException failure) {
      return "failed";
    }
  }

  private static Client jdk(URI address, String filler) {
    HttpClient client = HttpClient.newHttpClient();
    return (n, json) ->
        client
            .send(
                HttpRequest.newBuilder(address)
                    .header("content-type", "application/json")
                    .header("x-call", String.valueOf(n))
                    .header("x-filler", filler)
                    .POST(HttpRequest.BodyPublishers.ofString(json))
                    .build(),
                BodyHandlers.ofInputStream())
            .body();
  }

  private static Client okhttp(String address, String filler) {
    OkHttpClient client = new OkHttpClient();
    return (n, json) -> {
      Response response =
          client
              .newCall(
                  new Request.Builder()
                      .url(address)
                      .header("x-call", String.valueOf(n))
                      .header("x-filler", filler)
                      .post(RequestBody.create(json, MediaType.get("application/json")))
                      .build())
              .execute();
      return response.body().byteStream();
    };
  }
}

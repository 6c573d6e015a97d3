package io.tokenledger.it.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An application under steady load: makes numbered calls at a fixed rate, every third one a stream,
 * and ends by itself. Arguments: address, calls, calls a second, threads, number of the first call,
 * and optionally a file that gets, for each call, its number and the microsecond in which its
 * response had ended.
 */
public final class LoadMain {
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI address;
  private final int first;
  private final int calls;
  private final long intervalNanos;
  private final AtomicInteger next = new AtomicInteger();
  private final Queue<String> ends = new ConcurrentLinkedQueue<>();

  private LoadMain(URI address, int first, int calls, int perSecond) {
    this.address = address;
    this.first = first;
    this.calls = calls;
    this.intervalNanos = 1_000_000_000L / perSecond;
  }

  public static void main(String[] args) throws Exception {
    LoadMain load =
        new LoadMain(
            URI.create(args[0]),
            Integer.parseInt(args[4]),
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]));
    load.run(Integer.parseInt(args[3]));
    if (args.length > 5) {
      Files.write(Path.of(args[5]), load.ends);
    }
    System.out.println("done");
    System.out.println(
        ProcessHandle.current().info().totalCpuDuration().map(Duration::toMillis).orElse(0L) / 1e3);
  }

  private void run(int threads) throws Exception {
    long start = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    Queue<Future<?>> workers = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < threads; i++) {
      workers.add(pool.submit(() -> work(start)));
    }
    pool.shutdown();
    for (Future<?> worker : workers) {
      worker.get();
    }
  }

  private Void work(long start) throws Exception {
    for (int n = next.getAndIncrement(); n < calls; n = next.getAndIncrement()) {
      long at = start + n * intervalNanos;
      for (long wait = at - System.nanoTime(); wait > 0; wait = at - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      call(first + n);
      ends.add((first + n) + " " + ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }
    return null;
  }

  private void call(int n) throws IOException, InterruptedException {
    boolean stream = n % 3 == 0;
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("content-type", "application/json")
            .header("x-call", String.valueOf(n))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\":\"gpt-4o-mini\",\"messages\":[],\"stream\":" + stream + "}"))
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("call " + n + " was answered with " + response.statusCode());
    }
  }
}

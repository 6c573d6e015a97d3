package io.tokenledger.it.overhead;

import io.tokenledger.agent.client.TapPoints;
import io.tokenledger.agent.client.jdk.JdkTap;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.RequestTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.zip.GZIPOutputStream;

/**
 * What one metered stream holds while it is open: opens thousands, lets the first 64 KiB pass and
 * then the rest of a MiB, and says heap (after full collections) and native memory (anonymous
 * resident memory beyond the heap) of each. For {@code it-tests/benchmarks memory}, which pins and
 * touches the heap beforehand, so that resident memory grows outside it alone. Linux.
 */
public final class InFlight {
  /** Lines: what, heap at 64 KiB, at 1 MiB, native at 64 KiB, at 1 MiB, in bytes a stream. */
  private static final String LINE = "%s\t%d\t%d\t%d\t%d%n";

  private static final int BEGINNING = 64 << 10;
  private static final int LENGTH = 1 << 20;

  private static final RequestTarget CHAT =
      new RequestTarget(
          "jdk", "POST", "https", "api.openai.com", 443, "/v1/chat/completions", null);

  private final BenchMeter bench = new BenchMeter();
  private final Map<Integer, BiFunction<Object, Object, Object>> hooks = new HashMap<>();
  private final int count;

  private InFlight(int count) {
    this.count = count;
    new JdkTap().install(hooks::put, bench.meter);
  }

  /** Argument: how many streams. */
  public static void main(String[] args) throws Exception {
    InFlight inFlight = new InFlight(Integer.parseInt(args[0]));
    byte[] plain = text();
    byte[] gzip = gzip(plain);
    int gzipBeginning = (int) ((long) gzip.length * BEGINNING / LENGTH);
    inFlight.measure("warm-up", i -> inFlight.exchange(null), plain, BEGINNING);
    inFlight.measure("plain", i -> inFlight.exchange(null), plain, BEGINNING);
    inFlight.measure("gzip", i -> inFlight.exchange("gzip"), gzip, gzipBeginning);
    inFlight.measure("gzip again", i -> inFlight.exchange("gzip"), gzip, gzipBeginning);
    inFlight.measure("bare JDK client's path", i -> inFlight.bare(), plain, BEGINNING);
    inFlight.measure("tapped JDK client's path", i -> inFlight.tapped(), plain, BEGINNING);
  }

  /** One open stream. */
  private interface Stream {
    void bytes(byte[] body, int from, int length);

    /** Ends it in one of the ways that there are. */
    void end(int way);
  }

  private void measure(String what, IntFunction<Stream> open, byte[] body, int beginning)
      throws IOException {
    Stream[] streams = new Stream[count];
    long heap = heap();
    double anonymous = Self.anonymousMebibytes();
    for (int i = 0; i < count; i++) {
      streams[i] = open.apply(i);
      streams[i].bytes(body, 0, beginning);
    }
    bench.collected();
    long heapAtBeginning = heap() - heap;
    double nativeAtBeginning = Self.anonymousMebibytes() - anonymous;
    for (Stream stream : streams) {
      stream.bytes(body, beginning, body.length - beginning);
    }
    long heapAtEnd = heap() - heap;
    double nativeAtEnd = Self.anonymousMebibytes() - anonymous;
    for (int i = 0; i < count; i++) {
      streams[i].end(i);
    }
    bench.collected();
    if (!what.equals("warm-up")) {
      System.out.printf(
          LINE,
          what,
          heapAtBeginning / count,
          heapAtEnd / count,
          (long) (nativeAtBeginning * (1 << 20)) / count,
          (long) (nativeAtEnd * (1 << 20)) / count);
    }
  }

  private Stream exchange(String encoding) {
    Exchange exchange = bench.meter.begin(CHAT, name -> null);
    exchange.requestBody().bytes(BenchMeter.REQUEST, 0, BenchMeter.REQUEST.length);
    exchange.responseHead(
        200,
        name ->
            switch (name) {
              case "content-type" -> Bodies.EVENTS.contentType;
              case "content-encoding" -> encoding;
              default -> null;
            });
    return new Stream() {
      @Override
      public void bytes(byte[] body, int from, int length) {
        for (int at = from; at < from + length; at += Bodies.PIECE) {
          exchange.responseBytes(body, at, Math.min(Bodies.PIECE, from + length - at));
        }
      }

      @Override
      public void end(int way) {
        switch (way % 3) {
          case 0 -> exchange.responseEnd();
          case 1 -> exchange.failed(new IOException("reset"));
          default -> exchange.cancelled();
        }
      }
    };
  }

  private Stream bare() {
    return subscriber(BodyHandlers.discarding());
  }

  private Stream tapped() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://api.openai.com/v1/chat/completions"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(BenchMeter.REQUEST))
            .build();
    BodyHandler<?> handler =
        (BodyHandler<?>) hooks.get(TapPoints.JDK).apply(BodyHandlers.discarding(), request);
    BodyPublisher publisher =
        (BodyPublisher)
            hooks.get(TapPoints.JDK + 1).apply(request.bodyPublisher().orElseThrow(), handler);
    publisher.subscribe(new TapBenchmark.Wire());
    return subscriber(handler);
  }

  private static Stream subscriber(BodyHandler<?> handler) {
    BodySubscriber<?> subscriber = handler.apply(TapBenchmark.RESPONSE);
    subscriber.onSubscribe(TapBenchmark.NO_DEMAND);
    return new Stream() {
      @Override
      public void bytes(byte[] body, int from, int length) {
        ByteBuffer all = ByteBuffer.wrap(body).asReadOnlyBuffer();
        for (int at = from; at < from + length; at += Bodies.PIECE) {
          int piece = Math.min(Bodies.PIECE, from + length - at);
          subscriber.onNext(List.of(all.slice(at, piece)));
        }
      }

      @Override
      public void end(int way) {
        subscriber.onComplete();
      }
    };
  }

  /** A MiB of events, each unlike the other, that does not end. */
  private static byte[] text() {
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    while (text.length() < LENGTH) {
      text.append(
              "data: {\"id\":\"chatcmpl-BuZ3sYIJd0JIQsI9OAOtndCPwDyfs\",\"choices\":[{\"delta\":")
          .append("{\"content\":\" ")
          .append(Long.toHexString(random.nextLong()))
          .append("\"}}],\"usage\":{\"prompt_tokens\":22,\"completion_tokens\":")
          .append(random.nextInt(10_000))
          .append("}}\n\n");
    }
    return text.substring(0, LENGTH).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    GZIPOutputStream gzip = new GZIPOutputStream(bytes);
    gzip.write(plain);
    gzip.flush();
    return bytes.toByteArray();
  }

  /** What is reachable, in bytes: twice, since the first collection makes references enqueued. */
  private static long heap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}

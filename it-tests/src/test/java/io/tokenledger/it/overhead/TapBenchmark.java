package io.tokenledger.it.overhead;

import io.tokenledger.agent.client.TapPoints;
import io.tokenledger.agent.client.jdk.JdkTap;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The exchange of {@link ExchangeBenchmark} through the tap of the JDK's client, tees and watching
 * included, with pieces from memory in the read-only buffers that this client gives; {@link #bare}
 * is the same without the tap.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class TapBenchmark {
  private static final int BEGIN = TapPoints.JDK;
  private static final int PUBLISHER = TapPoints.JDK + 1;

  static final Flow.Subscription NO_DEMAND =
      new Flow.Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
      };

  static final ResponseInfo RESPONSE =
      new Response(
          HttpHeaders.of(
              Map.of("content-type", List.of(Bodies.EVENTS.contentType)), (name, value) -> true));

  private final BenchMeter bench = new BenchMeter();
  private final Map<Integer, BiFunction<Object, Object, Object>> hooks = new HashMap<>();
  private final HttpRequest request =
      HttpRequest.newBuilder(URI.create("https://api.openai.com/v1/chat/completions"))
          .POST(HttpRequest.BodyPublishers.ofByteArray(BenchMeter.REQUEST))
          .build();
  private final List<List<ByteBuffer>> pieces = new ArrayList<>();

  public TapBenchmark() {
    new JdkTap().install(hooks::put, bench.meter);
    ByteBuffer stream = ByteBuffer.wrap(BenchMeter.STREAM).asReadOnlyBuffer();
    for (int i = 0; i < BenchMeter.PIECES; i++) {
      pieces.add(List.of(stream.slice(i * Bodies.PIECE, Bodies.PIECE)));
    }
    pieces.add(List.of(ByteBuffer.wrap(BenchMeter.END).asReadOnlyBuffer()));
  }

  @Benchmark
  public Object bare() {
    return run(BodyHandlers.discarding(), request.bodyPublisher().orElseThrow());
  }

  @Benchmark
  public Object tapped() {
    BodyHandler<?> handler =
        (BodyHandler<?>) hooks.get(BEGIN).apply(BodyHandlers.discarding(), request);
    BodyPublisher publisher =
        (BodyPublisher) hooks.get(PUBLISHER).apply(request.bodyPublisher().orElseThrow(), handler);
    run(handler, publisher);
    return bench.collected();
  }

  private Object run(BodyHandler<?> handler, BodyPublisher publisher) {
    publisher.subscribe(new Wire());
    BodySubscriber<?> subscriber = handler.apply(RESPONSE);
    subscriber.onSubscribe(NO_DEMAND);
    for (int i = 0; i < pieces.size(); i++) {
      subscriber.onNext(pieces.get(i));
    }
    subscriber.onComplete();
    return subscriber.getBody();
  }

  /** Takes a request body as the connection does. */
  static final class Wire implements Flow.Subscriber<ByteBuffer> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer piece) {}

    @Override
    public void onError(Throwable cause) {
      throw new AssertionError(cause);
    }

    @Override
    public void onComplete() {}
  }

  private record Response(HttpHeaders headers) implements ResponseInfo {
    @Override
    public int statusCode() {
      return 200;
    }

    @Override
    public HttpClient.Version version() {
      return HttpClient.Version.HTTP_1_1;
    }
  }
}

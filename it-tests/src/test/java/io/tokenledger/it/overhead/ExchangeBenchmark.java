package io.tokenledger.it.overhead;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.RequestTarget;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the caller's thread pays: one piece of 300 bytes of a stream, and a whole exchange from
 * recognition to hand-over (a request of 1 KiB and a stream of ten pieces). Sampled, so that the
 * 99th percentile shows; {@link #clock} is what the sampling itself adds to each figure.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class ExchangeBenchmark {
  private static final RequestTarget CHAT =
      new RequestTarget(
          "jdk", "POST", "https", "api.openai.com", 443, "/v1/chat/completions", null);

  private final BenchMeter bench = new BenchMeter();
  private Exchange open = begun();
  private int at;

  @TearDown
  public void stop() {
    open.cancelled();
  }

  @Benchmark
  public Object clock() {
    return open;
  }

  @Benchmark
  public Object piece() {
    at = at + Bodies.PIECE == Bodies.BYTES ? 0 : at + Bodies.PIECE;
    open.responseBytes(BenchMeter.STREAM, at, Bodies.PIECE);
    return open;
  }

  @Benchmark
  public Object exchange() {
    Exchange exchange = begun();
    for (int i = 0; i < BenchMeter.PIECES; i++) {
      exchange.responseBytes(BenchMeter.STREAM, i * Bodies.PIECE, Bodies.PIECE);
    }
    exchange.responseBytes(BenchMeter.END, 0, BenchMeter.END.length);
    return bench.collected();
  }

  /** An exchange whose bodies are empty: all that is not scanning. */
  @Benchmark
  public Object exchangeWithoutBodies() {
    Exchange exchange = bench.meter.begin(CHAT, name -> null);
    exchange.requestBody();
    exchange.responseHead(
        200, name -> name.equals("content-type") ? Bodies.EVENTS.contentType : null);
    exchange.responseEnd();
    return bench.collected();
  }

  private Exchange begun() {
    Exchange exchange = bench.meter.begin(CHAT, name -> null);
    BodyScan body = exchange.requestBody();
    body.bytes(BenchMeter.REQUEST, 0, BenchMeter.REQUEST.length);
    exchange.responseHead(
        200, name -> name.equals("content-type") ? Bodies.EVENTS.contentType : null);
    return exchange;
  }
}

package io.tokenledger.it.overhead;

import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.RequestTarget;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a request pays that is no model call: every other request of the application. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class RecogniserBenchmark {
  /** The path of an order on a host of the application's own, and a provider's list of models. */
  @Param({"shop.example.com/api/v2/orders/4711", "api.openai.com/v1/models"})
  String url;

  private final BenchMeter bench = new BenchMeter();

  private RequestTarget target;

  @Setup
  public void prepare() {
    int slash = url.indexOf('/');
    target =
        new RequestTarget(
            "jdk", "POST", "https", url.substring(0, slash), 443, url.substring(slash), null);
    if (miss() != null) {
      throw new AssertionError(url + " is a model call");
    }
  }

  @Benchmark
  public Exchange miss() {
    return bench.meter.begin(target, name -> null);
  }
}

package io.tokenledger.it.overhead;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.ProviderMeter;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.Recogniser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the caller's thread pays: one piece of 300 bytes of a stream, and a whole exchange from
 * recognition to hand-over (a request of 1 KiB and a stream of ten events). Sampled, so that the
 * 99th percentile shows; run with {@code -prof gc} for what is allocated.
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

  private ProviderMeter meter;
  private Object handedOver;
  private byte[] request;
  private byte[] stream;
  private byte[] end;
  private Exchange open;
  private int at;

  @Setup
  public void prepare() {
    AgentConfig config =
        new AgentConfig(
            true,
            "bench",
            null,
            new AgentConfig.Queue("/q", 1, 1, 1, 0600),
            List.of(),
            true,
            Map.of(),
            Map.of(),
            null,
            new AgentConfig.Preview(false, 0),
            false,
            new AgentConfig.Log("off", "-"),
            "");
    meter =
        new ProviderMeter(
            new Recogniser(Providers.all(), List.of(), true),
            config,
            "bench",
            finished -> {
              handedOver = finished;
              return true;
            },
            fault -> {
              throw new AssertionError(fault);
            });
    request =
        ("{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + "x".repeat(900)
                + "\"}],\"stream\":true,\"stream_options\":{\"include_usage\":true}}")
            .getBytes(StandardCharsets.UTF_8);
    stream = Bodies.EVENTS.bytes();
    end =
        ("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":22,\"completion_tokens\":3,"
                + "\"total_tokens\":25}}\n\ndata: [DONE]\n\n")
            .getBytes(StandardCharsets.UTF_8);
    open = begun();
  }

  @TearDown
  public void stop() {
    open.cancelled();
  }

  @Benchmark
  public Object piece() {
    at = at + Bodies.PIECE == stream.length ? 0 : at + Bodies.PIECE;
    open.responseBytes(stream, at, Bodies.PIECE);
    return open;
  }

  @Benchmark
  public Object exchange() {
    Exchange exchange = begun();
    for (int i = 0; i < 10; i++) {
      exchange.responseBytes(stream, i * Bodies.PIECE, Bodies.PIECE);
    }
    exchange.responseBytes(end, 0, end.length);
    meter.openExchanges().endCollected();
    return handedOver;
  }

  private Exchange begun() {
    Exchange exchange = meter.begin(CHAT, name -> null);
    BodyScan body = exchange.requestBody();
    body.bytes(request, 0, request.length);
    exchange.responseHead(
        200, name -> name.equals("content-type") ? Bodies.EVENTS.contentType : null);
    return exchange;
  }
}

package io.tokenledger.it.overhead;

import io.tokenledger.agent.decode.FieldTable;
import io.tokenledger.agent.decode.ResponseBody;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.Recogniser;
import io.tokenledger.agent.provider.SurfaceFields;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Framing and field scanning against the bare structural loop, in nanoseconds for a byte, with the
 * fields of the real surfaces and bodies cut into pieces of 300 bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Bodies.BYTES)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class ScanBenchmark {
  @Param({"EVENTS", "NUMBERED_EVENTS", "NUMBERS", "STRINGS"})
  String body;

  @Param({"array", "readOnly"})
  String pieces;

  private byte[] bytes;
  private ByteBuffer buffer;
  private FieldTable fields;
  private String contentType;

  @Setup
  public void prepare() {
    Bodies chosen = Bodies.valueOf(body);
    bytes = chosen.bytes();
    buffer = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    contentType = chosen.contentType;
    RequestTarget target =
        new RequestTarget("jdk", "POST", "https", "api.openai.com", 443, chosen.path, null);
    SurfaceFields surface =
        new Recogniser(Providers.all(), List.of(), true).recognise(target).surface().fields();
    fields =
        FieldTable.compile(
            surface.response(), surface.streamEnd().data(), surface.streamEnd().types());
  }

  @Benchmark
  public Object bare() {
    BareLoop loop = new BareLoop();
    boolean array = pieces.equals("array");
    for (int at = 0; at < Bodies.BYTES; at += Bodies.PIECE) {
      if (array) {
        loop.scan(bytes, at, at + Bodies.PIECE);
      } else {
        loop.scan(buffer.limit(at + Bodies.PIECE).position(at));
      }
    }
    return loop;
  }

  @Benchmark
  public Object ours() {
    ResponseBody response = new ResponseBody(fields, contentType, null);
    boolean array = pieces.equals("array");
    for (int at = 0; at < Bodies.BYTES; at += Bodies.PIECE) {
      if (array) {
        response.feed(bytes, at, Bodies.PIECE);
      } else {
        response.feed(buffer.limit(at + Bodies.PIECE).position(at));
      }
    }
    return response;
  }
}

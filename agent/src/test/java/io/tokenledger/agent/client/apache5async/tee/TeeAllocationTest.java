package io.tokenledger.agent.client.apache5async.tee;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.harness.SilentExchange;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.junit.jupiter.api.Test;

class TeeAllocationTest {
  private final SilentExchange exchange = new SilentExchange();

  @Test
  void allocatesNothingForEachPieceOfAResponse() throws Exception {
    TappedCall call = new TappedCall(exchange.meter());
    call.target(new HttpHost("http", "127.0.0.1", 1));
    call.begin(new BasicHttpRequest("POST", "/v1/chat/completions"));
    TeeResponseConsumer<Object> tee = new TeeResponseConsumer<>(new Swallow(), call);
    ByteBuffer piece = ByteBuffer.allocate(300);

    long allocated =
        SilentExchange.allocatedByFurtherPieces(
            count -> {
              for (int i = 0; i < count; i++) {
                tee.consume(piece);
              }
            });

    assertThat(allocated).isLessThan(SilentExchange.NOISE);
    assertThat(exchange.responseBytes).isEqualTo(120_000L * 300);
  }

  @Test
  void allocatesNothingForEachPieceOfARequest() throws Exception {
    GuardedExchange guarded = new GuardedExchange(exchange, exchange.meter());
    DataStreamChannel tee = new TeeDataStreamChannel(new Taking(), guarded.requestBody());
    ByteBuffer piece = ByteBuffer.allocate(300);

    long allocated =
        SilentExchange.allocatedByFurtherPieces(
            count -> {
              for (int i = 0; i < count; i++) {
                piece.position(0);
                tee.write(piece);
              }
            });

    assertThat(allocated).isLessThan(SilentExchange.NOISE);
    assertThat(exchange.requestBytes).isEqualTo(120_000L * 300);
  }

  private static final class Swallow implements AsyncResponseConsumer<Object> {
    @Override
    public void consumeResponse(
        HttpResponse response,
        EntityDetails entity,
        HttpContext context,
        FutureCallback<Object> callback) {}

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {}

    @Override
    public void updateCapacity(CapacityChannel channel) {}

    @Override
    public void consume(ByteBuffer source) {}

    @Override
    public void streamEnd(List<? extends Header> trailers) {}

    @Override
    public void failed(Exception cause) {}

    @Override
    public void releaseResources() {}
  }

  private static final class Taking implements DataStreamChannel {
    @Override
    public void requestOutput() {}

    @Override
    public int write(ByteBuffer source) {
      int taken = source.remaining();
      source.position(source.limit());
      return taken;
    }

    @Override
    public void endStream() {}

    @Override
    public void endStream(List<? extends Header> trailers) {}
  }
}

package io.tokenledger.agent.client.apache5.tee;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.harness.SilentExchange;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.junit.jupiter.api.Test;

class TeeAllocationTest {
  private final SilentExchange exchange = new SilentExchange();
  private final GuardedExchange guarded = new GuardedExchange(exchange, exchange.meter());

  @Test
  void allocatesNothingForEachPieceOfAResponse() throws Exception {
    TappedCall call = new TappedCall(new BasicClassicHttpRequest("GET", "/"), guarded);
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            return length;
          }
        };
    InputStream stream = new TeeInputStream(endless, call, -1);
    byte[] buffer = new byte[300];

    long allocated =
        SilentExchange.allocatedByFurtherPieces(
            count -> {
              for (int i = 0; i < count; i++) {
                stream.read(buffer, 0, buffer.length);
                stream.read();
              }
            });

    assertThat(allocated).isLessThan(SilentExchange.NOISE);
    assertThat(exchange.responseBytes).isEqualTo(120_000L * 301);
  }

  @Test
  void allocatesNothingForEachPieceOfARequest() throws Exception {
    OutputStream stream =
        new TeeOutputStream(OutputStream.nullOutputStream(), guarded.requestBody());
    byte[] buffer = new byte[300];

    long allocated =
        SilentExchange.allocatedByFurtherPieces(
            count -> {
              for (int i = 0; i < count; i++) {
                stream.write(buffer, 0, buffer.length);
              }
            });

    assertThat(allocated).isLessThan(SilentExchange.NOISE);
    assertThat(exchange.requestBytes).isEqualTo(120_000L * 300);
  }
}

package io.tokenledger.agent.client.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.harness.SilentExchange;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeeAllocationTest {
  @Test
  void allocatesNothingForEachPieceOfAResponse() throws Exception {
    SilentExchange exchange = new SilentExchange();
    TeeBodySubscriber<Void> tee =
        new TeeBodySubscriber<>(
            BodySubscribers.replacing(null), new GuardedExchange(exchange, exchange.meter()));
    List<ByteBuffer> pieces = List.of(ByteBuffer.allocate(200), ByteBuffer.allocate(100));

    long allocated =
        SilentExchange.allocatedByFurtherPieces(
            count -> {
              for (int i = 0; i < count; i++) {
                tee.onNext(pieces);
              }
            });

    assertThat(allocated).isLessThan(SilentExchange.NOISE);
    assertThat(exchange.responseBytes).isEqualTo(120_000L * 300);
  }
}

package io.tokenledger.agent.client.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.client.harness.TestBridge;
import io.tokenledger.agent.rewrite.ClientRewriter;
import java.io.InputStream;
import okhttp3.Call;
import org.junit.jupiter.api.Test;

class CallTimeoutsTest {
  private final CallTimeouts timeouts = new CallTimeouts();

  @Test
  void knowsATimeoutByItsIdentity() {
    String expired = new String("timeout");
    timeouts.expire(expired);

    assertThat(timeouts.expired(expired)).isTrue();
    assertThat(timeouts.expired(new String("timeout"))).isFalse();
  }

  @Test
  void keepsNoTimeoutAlive() {
    long deadline = System.nanoTime() + 60_000_000_000L;
    int expired = 0;
    while (timeouts.size() == expired && System.nanoTime() < deadline) {
      System.gc();
      timeouts.expire(new Object());
      expired++;
    }

    assertThat(timeouts.size()).isLessThan(expired);
  }

  @Test
  void leavesAClassOfTheSameNameAlone() throws Exception {
    try (InputStream in = Call.class.getResourceAsStream("RealCall$AsyncCall.class")) {
      ClientRewriter rewriter = new CallTimeoutRewriter("okhttp3/RealCall$AsyncCall", 5);

      assertThat(rewriter.rewrite(in.readAllBytes(), TestBridge.NAME)).isNull();
    }
  }
}

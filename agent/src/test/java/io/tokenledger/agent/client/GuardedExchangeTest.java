package io.tokenledger.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.safety.CircuitBreaker;
import io.tokenledger.agent.safety.GuardedMeter;
import io.tokenledger.agent.safety.KillSwitch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedExchangeTest {
  private final List<String> reports = new ArrayList<>();
  private final CircuitBreaker breaker = new CircuitBreaker("okhttp", () -> reports.add("started"));
  private final Broken origin = new Broken();
  private final Meter meter =
      new GuardedMeter(new BrokenMeter(), breaker, new KillSwitch("/no/such/directory"));
  private final GuardedExchange exchange = new GuardedExchange(origin, meter);

  @Test
  void tellsTheExchangeOnceThatItIsBroken() {
    exchange.write(new byte[3], 0, 3);
    exchange.write(new byte[3], 0, 3);

    assertThat(origin.heard).containsExactly("bytes", "caught");
  }

  @Test
  void endsABrokenExchangeAllTheSame() {
    exchange.write('x');
    exchange.responseEnd();
    exchange.failed(new IllegalStateException());
    exchange.cancelled();

    assertThat(origin.heard).containsExactly("bytes", "caught", "end", "failed", "cancelled");
  }

  @Test
  void leavesTheBufferAsItWasWhenOurCodeFails() {
    ByteBuffer piece = ByteBuffer.allocate(9).position(2).limit(7);
    GuardedScan scan = exchange.requestBody();

    scan.piece(piece);
    exchange.responseBytes(piece);

    assertThat(piece).isEqualTo(ByteBuffer.allocate(9).position(2).limit(7));
    assertThat(piece.position()).isEqualTo(2);
  }

  @Test
  void showsTheResponseThoughTheScanOfTheRequestFailed() {
    exchange.requestBody().piece(ByteBuffer.allocate(9));
    exchange.responseHead(200, name -> null);

    assertThat(origin.heard).containsExactly("head");
    assertThat(breaker.errors()).isEqualTo(1);
  }

  @Test
  void countsAtTheBreakerWhatTheExchangeCannotCount() {
    origin.cannotCount = true;
    exchange.write('x');

    assertThat(breaker.errors()).isEqualTo(1);
    assertThat(breaker.lastError()).endsWith(": bytes");
  }

  @Test
  void startsTheReportAtTheFirstFaultAndOnlyThen() {
    exchange.watch(this);
    exchange.watch(this);

    assertThat(breaker.errors()).isEqualTo(2);
    assertThat(reports).containsExactly("started");
  }

  private static final class BrokenMeter implements Meter {
    @Override
    public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
      throw new IllegalStateException("begin");
    }

    @Override
    public void watch(Exchange exchange, Object wrapper) {
      throw new IllegalStateException("watch");
    }

    @Override
    public void caught(Throwable fault) {
      throw new IllegalStateException("nobody counts here");
    }
  }

  /** Fails at each piece of a body. */
  private static final class Broken implements Exchange, BodyScan {
    final List<String> heard = new ArrayList<>();
    boolean cannotCount;

    @Override
    public BodyScan requestBody() {
      return this;
    }

    @Override
    public void bytes(byte[] buffer, int offset, int length) {
      throw new IllegalStateException("request");
    }

    @Override
    public void bytes(ByteBuffer buffer) {
      buffer.position(buffer.limit());
      throw new IllegalStateException("request");
    }

    @Override
    public void responseHead(int status, HeaderSource responseHeaders) {
      heard.add("head");
    }

    @Override
    public void responseBytes(byte[] buffer, int offset, int length) {
      heard.add("bytes");
      throw new IllegalStateException("bytes");
    }

    @Override
    public void responseBytes(ByteBuffer buffer) {
      buffer.position(buffer.limit());
      throw new IllegalStateException("bytes");
    }

    @Override
    public void responseEnd() {
      heard.add("end");
    }

    @Override
    public void failed(Throwable cause) {
      heard.add("failed");
    }

    @Override
    public void cancelled() {
      heard.add("cancelled");
    }

    @Override
    public void caught(Throwable fault) {
      heard.add("caught");
      if (cannotCount) {
        throw new IllegalStateException("caught");
      }
    }

    @Override
    public boolean ended() {
      return false;
    }
  }
}

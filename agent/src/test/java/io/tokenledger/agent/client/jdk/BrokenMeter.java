package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import java.nio.ByteBuffer;

/** Begins exchanges that fail at whatever they are told. */
final class BrokenMeter implements Meter {
  @Override
  public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
    return new Broken();
  }

  @Override
  public void watch(Exchange exchange, Object wrapper) {}

  private static final class Broken implements Exchange, BodyScan {
    @Override
    public BodyScan requestBody() {
      return this;
    }

    @Override
    public void bytes(byte[] buffer, int offset, int length) {
      throw new StackOverflowError();
    }

    @Override
    public void bytes(ByteBuffer buffer) {
      throw new StackOverflowError();
    }

    @Override
    public void responseHead(int status, HeaderSource responseHeaders) {
      throw new IllegalStateException();
    }

    @Override
    public void responseBytes(byte[] buffer, int offset, int length) {
      throw new IllegalStateException();
    }

    @Override
    public void responseBytes(ByteBuffer buffer) {
      throw new IllegalStateException();
    }

    @Override
    public void responseEnd() {
      throw new IllegalStateException();
    }

    @Override
    public void failed(Throwable cause) {
      throw new IllegalStateException();
    }

    @Override
    public void cancelled() {
      throw new IllegalStateException();
    }

    @Override
    public boolean ended() {
      return false;
    }
  }
}

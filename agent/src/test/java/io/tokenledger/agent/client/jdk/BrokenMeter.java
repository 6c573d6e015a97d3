package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Begins exchanges that fail at whatever they are told. */
final class BrokenMeter implements Meter {
  final List<Throwable> faults = new CopyOnWriteArrayList<>();

  @Override
  public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
    return new Broken();
  }

  @Override
  public void watch(Exchange exchange, Object wrapper) {}

  @Override
  public void caught(Throwable fault) {
    faults.add(fault);
  }

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
    public void caught(Throwable fault) {
      throw new IllegalStateException();
    }

    @Override
    public boolean ended() {
      return false;
    }
  }
}

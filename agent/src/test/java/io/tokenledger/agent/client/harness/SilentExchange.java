package io.tokenledger.agent.client.harness;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** Adds up bytes and allocates nothing, so that what is allocated is the tees' doing. */
public final class SilentExchange implements Exchange, BodyScan {
  /** A run of a measurement. */
  @FunctionalInterface
  public interface Pieces {
    void pass(int count) throws Exception;
  }

  /** Fewer bytes than this over all pieces are the JVM's or a pool's, not one object a piece. */
  public static final long NOISE = 10_000;

  private static final int FEW = 10_000;

  public long requestBytes;
  public long responseBytes;

  /** A meter whose only exchange this is. */
  public Meter meter() {
    return new Meter() {
      @Override
      public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
        return SilentExchange.this;
      }

      @Override
      public void watch(Exchange exchange, Object wrapper) {}

      @Override
      public void caught(Throwable fault) {
        throw new AssertionError(fault);
      }
    };
  }

  /**
   * Bytes that this thread allocates for nine times {@value #FEW} further pieces: the difference of
   * two long runs, so that whatever is allocated once cancels out.
   */
  public static long allocatedByFurtherPieces(Pieces pieces) throws Exception {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    pieces.pass(FEW);
    long start = threads.getCurrentThreadAllocatedBytes();
    pieces.pass(FEW);
    long middle = threads.getCurrentThreadAllocatedBytes();
    pieces.pass(10 * FEW);
    long end = threads.getCurrentThreadAllocatedBytes();
    return end - middle - (middle - start);
  }

  @Override
  public BodyScan requestBody() {
    return this;
  }

  @Override
  public void bytes(byte[] buffer, int offset, int length) {
    requestBytes += length;
  }

  @Override
  public void bytes(ByteBuffer buffer) {
    requestBytes += buffer.remaining();
  }

  @Override
  public void responseHead(int status, HeaderSource responseHeaders) {}

  @Override
  public void responseBytes(byte[] buffer, int offset, int length) {
    responseBytes += length;
  }

  @Override
  public void responseBytes(ByteBuffer buffer) {
    responseBytes += buffer.remaining();
  }

  @Override
  public void responseEnd() {}

  @Override
  public void failed(Throwable cause) {}

  @Override
  public void cancelled() {}

  @Override
  public void caught(Throwable fault) {
    throw new AssertionError(fault);
  }

  @Override
  public boolean ended() {
    return false;
  }
}

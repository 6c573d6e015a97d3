package io.tokenledger.agent.exchange;

import io.tokenledger.agent.decode.FieldTable;
import java.nio.ByteBuffer;

/** The scan of a request whose exchange is timed. */
final class TimedRequestScan extends RequestScan {
  private static final long serialVersionUID = 1L;

  private final transient CallerCost cost;

  TimedRequestScan(FieldTable fields, Faults faults, CallerCost cost) {
    super(fields, faults);
    this.cost = cost;
  }

  @Override
  public void bytes(byte[] buffer, int offset, int length) {
    long start = System.nanoTime();
    super.bytes(buffer, offset, length);
    cost.request(start);
  }

  @Override
  public void bytes(ByteBuffer buffer) {
    long start = System.nanoTime();
    super.bytes(buffer);
    cost.request(start);
  }
}

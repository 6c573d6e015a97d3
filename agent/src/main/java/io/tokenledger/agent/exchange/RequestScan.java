package io.tokenledger.agent.exchange;

import io.tokenledger.agent.decode.FieldTable;
import io.tokenledger.agent.decode.RequestBody;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One write of a request body. The client may still be writing when the response ends: the scan is
 * then abandoned to the writer and counts as not seen, since two threads never share a scanner.
 *
 * <p>The state is the {@code AtomicInteger} that this is: IDLE between pieces, SCANNING within one,
 * and one of FROZEN (the ledger thread may read) and ABANDONED for good.
 */
class RequestScan extends AtomicInteger implements BodyScan {
  private static final long serialVersionUID = 1L;
  private static final int IDLE = 0;
  private static final int SCANNING = 1;
  private static final int FROZEN = 2;
  private static final int ABANDONED = 3;

  private final transient RequestBody body;
  private final transient Faults faults;

  RequestScan(FieldTable fields, Faults faults) {
    this.body = new RequestBody(fields);
    this.faults = faults;
  }

  @Override
  public void bytes(byte[] buffer, int offset, int length) {
    if (!compareAndSet(IDLE, SCANNING)) {
      return;
    }
    try {
      body.feed(buffer, offset, length);
    } catch (Throwable fault) {
      set(ABANDONED);
      faults.caught(fault);
    }
    compareAndSet(SCANNING, IDLE);
  }

  @Override
  public void bytes(ByteBuffer buffer) {
    if (!compareAndSet(IDLE, SCANNING)) {
      return;
    }
    try {
      body.feed(buffer);
    } catch (Throwable fault) {
      set(ABANDONED);
      faults.caught(fault);
    }
    compareAndSet(SCANNING, IDLE);
  }

  /** From here on nothing is scanned; a piece in progress on another thread makes it unreadable. */
  void freeze() {
    if (!compareAndSet(IDLE, FROZEN)) {
      set(ABANDONED);
    }
  }

  /** True when the whole JSON value or form was seen. */
  boolean complete() {
    return get() == FROZEN && body.complete();
  }

  String value(String name) {
    return get() == FROZEN ? body.value(name) : null;
  }

  boolean tooLarge(String name) {
    return get() == FROZEN && body.tooLarge(name);
  }

  Map<String, Long> tally(String name) {
    return get() == FROZEN ? body.tally(name) : Map.of();
  }
}

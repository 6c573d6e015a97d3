package io.tokenledger.agent.exchange;

import io.tokenledger.agent.decode.FieldScanner;
import io.tokenledger.agent.ledger.FinishedExchange;
import io.tokenledger.record.UsageRecord;
import java.util.concurrent.atomic.AtomicReference;

/** A line of a result file: the result of an exchange that happened earlier. */
final class MeteredLine implements FinishedExchange, Faults {
  /** Stands behind a line after which the ledger thread found none. */
  private static final MeteredLine END = new MeteredLine(null, null);

  final FieldScanner values;
  private final MeteredLines file;
  private final AtomicReference<MeteredLine> next = new AtomicReference<>();
  private boolean faulty;

  MeteredLine(MeteredLines file, FieldScanner values) {
    this.file = file;
    this.values = values;
  }

  /** Puts a line behind this one; false when the ledger thread is past it. Application threads. */
  boolean append(MeteredLine line) {
    return next.compareAndSet(null, line);
  }

  @Override
  public FinishedExchange next() {
    MeteredLine line = next.compareAndSet(null, END) ? END : next.get();
    return line == END ? null : line;
  }

  @Override
  public UsageRecord toRecord() {
    return file.record(this);
  }

  /** Ledger thread. */
  @Override
  public void caught(Throwable fault) {
    faulty = true;
    file.faults().caught(fault);
  }

  @Override
  public boolean expectsUsage() {
    return file.exchange.expectsUsage();
  }

  @Override
  public boolean faulty() {
    return faulty;
  }

  @Override
  public boolean unlisted() {
    return file.exchange.unlisted();
  }
}

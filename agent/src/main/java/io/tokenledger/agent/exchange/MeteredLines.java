package io.tokenledger.agent.exchange;

import io.tokenledger.agent.decode.FieldScanner;
import io.tokenledger.agent.decode.LineSink;
import io.tokenledger.record.UsageRecord;

/**
 * The lines of one result file on their way to the ledger thread, while the file streams. A file
 * can bring lines faster than they are written, and must not push other exchanges out of the
 * hand-off: the first line takes a place there, those that follow before it was written are linked
 * behind it.
 *
 * <pre>
 *   hand-off [ ... | line 1 | ... ]
 *                      +-> line 2 -> line 3 -> ... at most {@link #MAX_WAITING}, about a kibibyte each
 * </pre>
 */
final class MeteredLines implements LineSink {
  /** Beyond it lines are dropped, and counted as a gap of the ledger. */
  static final int MAX_WAITING = 32_768;

  final MeteredExchange exchange;
  private final MeterContext context;
  private MeteredLine last;
  private long lines;

  /** Written by the ledger thread. */
  private volatile long recorded;

  MeteredLines(MeteredExchange exchange, MeterContext context) {
    this.exchange = exchange;
    this.context = context;
  }

  @Override
  public void line(FieldScanner values) {
    if (lines - recorded >= MAX_WAITING) {
      context.handOff().drop();
      return;
    }
    lines++;
    MeteredLine line = new MeteredLine(this, values);
    if (last != null && last.append(line)) {
      last = line;
    } else if (context.handOff().offer(line)) {
      last = line;
    } else {
      lines--;
      last = null;
    }
  }

  Faults faults() {
    return context.faults();
  }

  /** Null for a line that is no result. Ledger thread. */
  UsageRecord record(MeteredLine line) {
    try {
      return context.recorder().record(exchange, line.values, line);
    } finally {
      recorded++;
    }
  }
}

package io.tokenledger.agent.exchange;

import io.tokenledger.agent.ledger.OpenExchangeWatch;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The exchanges that began and did not end. Application threads only push new ones onto a stack,
 * without locks; the ledger thread moves them into a list of its own, which it alone changes. The
 * links are fields of the exchanges, so nothing is allocated here.
 */
final class OpenExchanges implements OpenExchangeWatch {
  /** Beyond it new ones are not listed: the ledger thread seems to be gone. */
  private static final int MAX_ARRIVALS = 1 << 16;

  private static final int POLLS_BETWEEN_SWEEPS = 256;

  private final AtomicReference<MeteredExchange> arrivals = new AtomicReference<>();
  private final ReferenceQueue<Object> dropped = new ReferenceQueue<>();
  private MeteredExchange first;
  private int polls;

  /** Application threads. */
  void add(MeteredExchange exchange) {
    MeteredExchange top;
    do {
      top = arrivals.get();
      exchange.next = top;
      exchange.arrival = top == null ? 1 : top.arrival + 1;
    } while (exchange.arrival <= MAX_ARRIVALS && !arrivals.compareAndSet(top, exchange));
    if (exchange.arrival > MAX_ARRIVALS) {
      exchange.next = null;
    }
  }

  /** Application threads. */
  void watch(MeteredExchange exchange, Object wrapper) {
    exchange.abandonment = new Abandonment(wrapper, dropped, exchange);
  }

  /** Ledger thread. */
  @Override
  public void endCollected() {
    admitArrivals();
    for (Reference<?> gone = dropped.poll(); gone != null; gone = dropped.poll()) {
      MeteredExchange exchange = ((Abandonment) gone).exchange;
      exchange.abandoned();
      remove(exchange);
    }
    if (++polls % POLLS_BETWEEN_SWEEPS == 0) {
      sweep();
    }
  }

  /** Ledger thread. */
  @Override
  public void endAll() {
    admitArrivals();
    while (first != null) {
      MeteredExchange exchange = first;
      remove(exchange);
      exchange.cancelled();
    }
  }

  /** Ledger thread: an exchange has become a record. */
  void remove(MeteredExchange exchange) {
    if (!exchange.linked) {
      return;
    }
    exchange.linked = false;
    if (exchange.previous == null) {
      first = exchange.next;
    } else {
      exchange.previous.next = exchange.next;
    }
    if (exchange.next != null) {
      exchange.next.previous = exchange.previous;
    }
    exchange.previous = null;
    exchange.next = null;
  }

  /** Exchanges that found the hand-off full never become records. */
  private void sweep() {
    MeteredExchange exchange = first;
    while (exchange != null) {
      MeteredExchange next = exchange.next;
      if (exchange.ended()) {
        remove(exchange);
      }
      exchange = next;
    }
  }

  private void admitArrivals() {
    MeteredExchange arrival = arrivals.get() == null ? null : arrivals.getAndSet(null);
    while (arrival != null) {
      MeteredExchange older = arrival.next;
      arrival.next = null;
      if (!arrival.ended()) {
        link(arrival);
      }
      arrival = older;
    }
  }

  private void link(MeteredExchange exchange) {
    exchange.linked = true;
    exchange.next = first;
    if (first != null) {
      first.previous = exchange;
    }
    first = exchange;
  }
}

package io.tokenledger.agent.exchange;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;

/** Tells that the application dropped the wrapper of an exchange's response. */
final class Abandonment extends PhantomReference<Object> {
  final MeteredExchange exchange;

  Abandonment(Object wrapper, ReferenceQueue<Object> queue, MeteredExchange exchange) {
    super(wrapper, queue);
    this.exchange = exchange;
  }
}

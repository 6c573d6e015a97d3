package io.tokenledger.agent.client.harness;

import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A meter that fails where ours must not, and counts what it is told of that. */
public final class Failing implements Meter {
  public final List<Throwable> faults = new CopyOnWriteArrayList<>();
  private final Exchange exchange;

  private Failing(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Fails to begin. */
  public static Failing meter() {
    return new Failing(null);
  }

  /** Begins exchanges that throw at each call. */
  public static Failing exchanges() {
    return new Failing(
        (Exchange)
            Proxy.newProxyInstance(
                Failing.class.getClassLoader(),
                new Class<?>[] {Exchange.class},
                (proxy, method, arguments) -> {
                  throw new OutOfMemoryError(method.getName());
                }));
  }

  @Override
  public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
    if (exchange == null) {
      throw new StackOverflowError();
    }
    return exchange;
  }

  @Override
  public void watch(Exchange exchange, Object wrapper) {
    throw new IllegalStateException();
  }

  @Override
  public void caught(Throwable fault) {
    faults.add(fault);
  }
}

package io.tokenledger.agent.client.harness;

import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import java.lang.reflect.Proxy;

/** Meters that fail where ours must not. */
public final class Failing {
  private Failing() {}

  /** Fails to begin. */
  public static Meter meter() {
    return new Meter() {
      @Override
      public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
        throw new StackOverflowError();
      }

      @Override
      public void watch(Exchange exchange, Object wrapper) {
        throw new IllegalStateException();
      }
    };
  }

  /** Begins exchanges that throw at each call. */
  public static Meter exchanges() {
    Exchange throwing =
        (Exchange)
            Proxy.newProxyInstance(
                Failing.class.getClassLoader(),
                new Class<?>[] {Exchange.class},
                (proxy, method, arguments) -> {
                  throw new OutOfMemoryError(method.getName());
                });
    return new Meter() {
      @Override
      public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
        return throwing;
      }

      @Override
      public void watch(Exchange exchange, Object wrapper) {
        throw new IllegalStateException();
      }
    };
  }
}

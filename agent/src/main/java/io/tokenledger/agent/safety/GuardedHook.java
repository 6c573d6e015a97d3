package io.tokenledger.agent.safety;

import java.util.function.BiFunction;

/** A tap point's hook whose failures are counted for its client, and stop here. */
public final class GuardedHook implements BiFunction<Object, Object, Object> {
  private final BiFunction<Object, Object, Object> hook;
  private final CircuitBreaker breaker;

  public GuardedHook(BiFunction<Object, Object, Object> hook, CircuitBreaker breaker) {
    this.hook = hook;
    this.breaker = breaker;
  }

  @Override
  public Object apply(Object first, Object second) {
    try {
      return hook.apply(first, second);
    } catch (Throwable ours) {
      breaker.failed(ours);
      return null;
    }
  }
}

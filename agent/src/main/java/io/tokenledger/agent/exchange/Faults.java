package io.tokenledger.agent.exchange;

/**
 * Where our own errors on application threads go: counted, never logged there. Thread-safe; never
 * throws.
 */
@FunctionalInterface
public interface Faults {
  void caught(Throwable fault);
}

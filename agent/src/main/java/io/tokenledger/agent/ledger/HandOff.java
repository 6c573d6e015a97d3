package io.tokenledger.agent.ledger;

/**
 * Where finished exchanges are handed over. Called on application threads: never blocks, unparks,
 * throws or logs.
 */
@FunctionalInterface
public interface HandOff {
  /**
   * Hands over; when the queue is full the exchange is dropped and counted, and false is returned.
   */
  boolean offer(FinishedExchange finished);

  /** Counts as dropped what its owner could not even offer. */
  default void drop() {}

  /**
   * An exchange began, so a record will come: time to open the queue while the provider thinks, and
   * to watch for wrappers that are never closed.
   */
  default void expect() {}

  /**
   * A request that looks like a model call was left alone: it is counted and nothing of it is kept.
   *
   * @param host its host
   * @param pathEnd which end of a path makes it look so: a constant, never a part of the request
   */
  default void unmetered(String host, String pathEnd) {}
}

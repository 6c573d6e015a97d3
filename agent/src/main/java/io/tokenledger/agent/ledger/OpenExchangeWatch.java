package io.tokenledger.agent.ledger;

/**
 * The exchanges that began and did not end, as the ledger thread sees them. Called by one thread at
 * a time: the ledger thread, or the shutdown hook where that thread has not begun to work.
 */
public interface OpenExchangeWatch {
  /** No exchange is ever open. */
  OpenExchangeWatch NONE =
      new OpenExchangeWatch() {
        @Override
        public void endCollected() {}

        @Override
        public void endAll() {}
      };

  /**
   * Ends those whose wrapper the application dropped without closing it. Cheap when there is none.
   */
  void endCollected();

  /** Ends all as cancelled, partial: the JVM is stopping. */
  void endAll();
}

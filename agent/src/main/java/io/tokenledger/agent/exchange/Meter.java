package io.tokenledger.agent.exchange;

/**
 * What a tap calls before a request is sent, and where it counts its own errors. Called on
 * application threads: implementations never throw, block, log or touch the network. Thread-safe.
 */
public interface Meter extends Faults {
  /**
   * Decides whether this request is a model call. If not, returns null and the tap leaves every
   * object of the client as it is.
   */
  Exchange begin(RequestTarget target, HeaderSource requestHeaders);

  /**
   * Ends the exchange as cancelled when the wrapper that the application holds is collected before
   * the exchange ended (a body that is never read nor closed). The exchange must not refer to the
   * wrapper.
   */
  void watch(Exchange exchange, Object wrapper);
}

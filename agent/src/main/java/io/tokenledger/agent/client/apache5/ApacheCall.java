package io.tokenledger.agent.client.apache5;

/** A model call on its way through the client, whose types are named {@code Object} here. */
public interface ApacheCall {
  /**
   * The scope of the client's chain, which names the request that repeated attempts are made from;
   * told before {@link #request}. The minimal client has none.
   */
  Object scope(Object scope);

  /** The request that leaves {@code doExecute}, with its entity wrapped. */
  Object request(Object request);

  /** The application gets this response; its entity is replaced in place. */
  void returned(Object response);

  /** The application gets this exception. */
  void thrown(Throwable failure);
}

package io.tokenledger.agent.client.apache5async;

/** A call on its way through the client, whose types are named {@code Object} here. */
public interface ApacheAsyncCall {
  /** The client's {@code HttpHost}, or null: the request names it. */
  void target(Object target);

  /** The request producer, wrapped. */
  Object producer(Object producer);

  /** The response consumer, wrapped. */
  Object consumer(Object consumer);

  /** The application gets this future. */
  void returned(Object future);

  /** The application gets this exception instead of a future. */
  void thrown(Throwable failure);
}

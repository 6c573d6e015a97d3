package io.tokenledger.agent.client.okhttp;

/** A model call on its way through OkHttp. Types of OkHttp are named {@code Object} here. */
public interface OkHttpCall {
  /** The request of the next attempt, with its body wrapped. */
  Object request(Object request);

  /** The response of an attempt, with its body wrapped and the application's own request. */
  Object response(Object response);

  /** The application gets this response. */
  void returned(Object response);

  /** The application gets this exception. */
  void thrown(Throwable failure);
}

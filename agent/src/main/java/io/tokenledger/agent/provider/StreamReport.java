package io.tokenledger.agent.provider;

/** How the streams of a surface come to report usage. */
public enum StreamReport {
  /**
   * There is nothing to ask for: they report unasked, never, or in a way that cannot be told from
   * what they say anyway.
   */
  AS_IT_IS,
  /** On request, in an event of its own with empty {@code choices}. */
  OWN_EVENT,
  /** As {@link #OWN_EVENT}, and every other event then says {@code "usage":null}. */
  OWN_EVENT_AND_NULLS
}

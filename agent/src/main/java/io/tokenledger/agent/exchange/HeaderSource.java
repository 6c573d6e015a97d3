package io.tokenledger.agent.exchange;

/** Reads headers of the client's own request or response object, without copying them all. */
@FunctionalInterface
public interface HeaderSource {
  /**
   * The last value of a header, or null. Names are case-insensitive. May be called only during the
   * call that got it.
   */
  String value(String name);
}

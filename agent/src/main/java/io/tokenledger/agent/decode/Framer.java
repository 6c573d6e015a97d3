package io.tokenledger.agent.decode;

/**
 * Finds the JSON values in a decoded response body and feeds them to a {@link FieldScanner},
 * without holding any of it. One class for each framing; {@link Framing} chooses. Not thread-safe.
 */
interface Framer {
  /** The next decoded bytes. */
  void feed(byte[] buffer, int from, int to);

  /** True once the body said all it has to say: a terminal event, or the value closed. */
  boolean finished();

  /** True when the end of the body is a proper end although {@link #finished} is false. */
  boolean mayEndHere();

  /** True when the body is a stream of events. */
  boolean streamed();

  /** What the {@code framing} of a record says. */
  String name();

  /** True when the bytes are not what they should be, so that nothing more can be read. */
  default boolean undecodable() {
    return false;
  }
}

package io.tokenledger.agent.decode;

/** Takes the values of each line of a body whose lines are results of their own. */
@FunctionalInterface
public interface LineSink {
  /**
   * A line closed.
   *
   * @param values what was kept of it; the sink's own from here on
   */
  void line(FieldScanner values);
}

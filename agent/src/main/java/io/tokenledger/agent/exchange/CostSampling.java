package io.tokenledger.agent.exchange;

/**
 * Which exchanges are timed, for the agent's report of its own cost: all of the first ones, so that
 * a short life has figures too, then one in {@value ONE_IN}: where reading the clock takes a
 * microsecond, as on some virtual machines, reading it twice a piece would cost more than the piece
 * may.
 *
 * <p>Called on application threads. The count is a plain field: an update that is lost only moves
 * the turn to another exchange.
 */
final class CostSampling {
  static final int FIRST = 64;
  static final int ONE_IN = 64;

  private int begun;

  /** Whether the next exchange is timed. */
  boolean due() {
    int before = begun;
    return before < FIRST || before % ONE_IN == 0;
  }

  void begun() {
    begun = (begun + 1) & Integer.MAX_VALUE;
  }
}

package io.tokenledger.agent.ledger;

import io.tokenledger.record.UsageRecord;

/** An exchange that ended, on its way to the ledger thread. Made of agent and JDK types only. */
@FunctionalInterface
public interface FinishedExchange {
  /**
   * Parses what was captured and gives the record, or null when there is none to be written. Called
   * once, on the ledger thread.
   */
  UsageRecord toRecord();

  /**
   * What came right behind this one and takes no place of its own in the hand-off, or null. Called
   * once, after {@link #toRecord}.
   */
  default FinishedExchange next() {
    return null;
  }

  /**
   * Time that the agent spent on the application's threads for this exchange, in nanoseconds; -1 if
   * it was not measured.
   */
  default long callerNanos() {
    return -1;
  }

  /** False when complete and successful answers of this API carry no usage. */
  default boolean expectsUsage() {
    return true;
  }

  /** True when code of ours failed on the way. Asked after {@link #toRecord}. */
  default boolean faulty() {
    return false;
  }

  /** True when the path alone made it a call, on a host that nobody listed. */
  default boolean unlisted() {
    return false;
  }
}

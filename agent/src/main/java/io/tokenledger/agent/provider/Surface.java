package io.tokenledger.agent.provider;

import io.tokenledger.record.UsageRecord;

/**
 * One API of a provider: what to look for on the wire, stated as data, and how the counts become
 * the ledger's.
 */
public interface Surface {
  /** The name of the {@code api} column, such as {@code openai.chat}. */
  String api();

  /** The {@code request_type} column for a request that does or does not stream. */
  String requestType(boolean stream);

  /** What to keep of an exchange. Read once, when the surface is first met. */
  SurfaceFields fields();

  /**
   * Turns what was captured into the columns of the call, the outcome and the counts. Runs on the
   * ledger thread.
   */
  void normalise(Captured captured, UsageRecord.Builder record);

  /**
   * False for a line that gives no record, where lines are results of their own ({@link
   * io.tokenledger.agent.decode.StreamForm#RECORDS}): the path of a batch's results may be that of
   * any file. Runs on the ledger thread.
   */
  default boolean isResult(Captured line) {
    return true;
  }

  /**
   * How streams of this API report usage at a provider.
   *
   * @param provider the {@code provider} column of the call
   */
  default StreamReport streamReport(String provider) {
    return StreamReport.AS_IT_IS;
  }

  /**
   * Why complete and successful answers of this API carry no usage, all or some of them, in one
   * sentence; null when each does. Such exchanges are rows, and their missing usage or tokens are
   * no sign that the format changed.
   */
  default String withoutUsage() {
    return null;
  }

  /**
   * How a report that the provider gives again (to a poll, to a replay) is known to be the same
   * one, in one sentence for {@code docs/providers.md}; null when it gives each once.
   */
  default String repeats() {
    return null;
  }
}

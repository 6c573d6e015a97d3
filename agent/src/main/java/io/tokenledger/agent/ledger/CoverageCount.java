package io.tokenledger.agent.ledger;

import java.util.Locale;

/**
 * What is counted for each provider and API, cumulative since the start of the process. The names
 * are those of agent reports and of the columns of {@code token_ledger_coverage}.
 *
 * <p>{@code usage_expected} is the sum of {@code usage_parsed}, {@code usage_incomplete}, {@code
 * not_reported}, {@code truncated}, {@code too_large}, {@code encoding_unsupported} and {@code
 * faults}.
 */
enum CoverageCount {
  /** Recognised exchanges that became rows, however they ended. */
  EXCHANGES,
  /** Those that HTTP calls a success, that were read to their end, and are due to carry usage. */
  USAGE_EXPECTED,
  /** Of the expected: all there. */
  USAGE_PARSED,
  /** Of the expected: a report without its input or its output count. */
  USAGE_INCOMPLETE,
  /** Of the expected: none, though the answer was read to its end. What drift looks like. */
  NOT_REPORTED,
  /** Of the expected: none, and the body ended before what ends a whole one. */
  TRUNCATED,
  /** Of the expected: none, for the report passed the agent's bound. */
  TOO_LARGE,
  /** Of the expected: none, for the answer could not be decoded. */
  ENCODING_UNSUPPORTED,
  /** Of the expected: none, for the agent failed. */
  FAULTS,
  /** Not expected: the caller did not ask for it. */
  NOT_REQUESTED,
  /** Not expected: it comes with a later answer. */
  LATER,
  /** Not expected: it is on another row. */
  COUNTED_ELSEWHERE,
  /** Not expected: answers of this API carry none. */
  WITHOUT_USAGE,
  /** A count that is none. */
  ANOMALIES,
  /** Totals that are not the sum of their parts. */
  SUM_MISMATCHES;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** The name in reports. */
  String text() {
    return text;
  }
}

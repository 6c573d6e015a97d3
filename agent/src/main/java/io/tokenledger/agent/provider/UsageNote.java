package io.tokenledger.agent.provider;

import java.util.Locale;

/** Why a count is missing or must be read with care: the values of {@code usage_note}. */
public enum UsageNote {
  /** A stream whose request did not ask for usage, at a provider that sends none unasked. */
  NOT_REQUESTED,
  /** The provider answered to the end and reported none. */
  NOT_REPORTED,
  /** The exchange ended before the provider's (last) report. */
  CUT,
  /** A background call: the usage comes with a later read of the same response. */
  LATER,
  /** The report passed the bound of what the agent keeps. */
  TOO_LARGE,
  /** The body travelled in an encoding that the agent cannot undo. */
  ENCODING_UNSUPPORTED,
  /** The provider's own total is not what its parts add up to. */
  SUM_MISMATCH,
  /** A count was negative, fractional, no number, or larger than its whole. */
  ANOMALY,
  /** The request body was not seen to its end, so facts of the request may be missing. */
  REQUEST_UNSEEN;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As the column has it. */
  public String text() {
    return text;
  }
}

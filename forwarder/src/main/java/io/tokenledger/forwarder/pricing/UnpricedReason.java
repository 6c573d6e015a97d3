package io.tokenledger.forwarder.pricing;

import java.util.Locale;

/** Why a row has no cost. The text in the ledger is the name in lower case. */
public enum UnpricedReason {
  /** The provider answered with an error and reported no usage. */
  ERROR_NOT_BILLED,
  /** The provider's report of this usage is counted on another row. */
  COUNTED_ELSEWHERE,
  /** The provider reported no usage, so what the call cost is not known. */
  USAGE_UNKNOWN,
  /** Neither request nor response named a model. */
  NO_MODEL,
  /** The catalogue has no model of that name for the provider. */
  UNKNOWN_MODEL,
  /** The catalogue knows the model, not its price at that time. */
  NO_PRICE_AT_TIME,
  /** The provider named a service tier that the catalogue has no mapping for. */
  UNKNOWN_TIER,
  /** The model has no price for the tier that served the call. */
  NO_RATE_FOR_TIER,
  /** A class of tokens above zero has no rate. */
  NO_RATE,
  /** A server tool that is billed per call has no rate. */
  NO_TOOL_RATE,
  /** The counts contradict each other: the parts of the input exceed the input. */
  INCONSISTENT_COUNTS;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

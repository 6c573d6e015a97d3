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
  /** The name is an inference profile's, or an ARN, that no alias maps to a model. */
  UNMAPPED_PROFILE,
  /** The response named no model, and the deployment that the request named is not mapped. */
  UNMAPPED_DEPLOYMENT,
  /** Served by capacity that is paid by commitment, not by token. */
  COMMITMENT,
  /** The catalogue knows the model, not its price at that time. */
  NO_PRICE_AT_TIME,
  /** The provider named a service tier that the catalogue has no mapping for. */
  UNKNOWN_TIER,
  /** The model has no price for the tier that served the call. */
  NO_RATE_FOR_TIER,
  /** A class of tokens above zero, or another quantity that is sold, has no rate. */
  NO_RATE,
  /** A server tool that is billed per call has no rate. */
  NO_TOOL_RATE,
  /** The rates are in another currency, and no exchange rate is known for that time. */
  NO_FX_RATE,
  /** The counts contradict each other: the parts of a total exceed it. */
  INCONSISTENT_COUNTS;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether usage is known, so that a price is what is missing. */
  boolean lacksPrice() {
    return switch (this) {
      case ERROR_NOT_BILLED, COUNTED_ELSEWHERE, USAGE_UNKNOWN, COMMITMENT -> false;
      default -> true;
    };
  }
}

package io.tokenledger.forwarder.pricing;

import java.util.Locale;

/**
 * How a row came to its price. The text in the ledger is the name in lower case; what ends in
 * {@code _assumed} was not said by the provider.
 */
public enum PriceNote {
  /** The response named no tier: standard, or flex or batch as requested. */
  TIER_ASSUMED,
  /** Cache writes without a lifetime: charged as five-minute writes. */
  TTL_ASSUMED,
  /** The response named no model: priced by the request's. */
  MODEL_ASSUMED,
  /** A dated snapshot that the catalogue does not list: priced as the model without the date. */
  SNAPSHOT_ASSUMED,
  /** The region has no surcharge in the catalogue: priced without one. */
  REGION_ASSUMED,
  /** A deployment that is not mapped: priced as the response's model, global standard. */
  DEPLOYMENT_ASSUMED,
  /** A gateway without prices of its own: priced at the list price of the model's maker. */
  UPSTREAM_ASSUMED,
  /** Audio or image input beside cached input: text is taken to be cached first. */
  OVERLAP_ASSUMED,
  /** A refused attempt is among the iterations: charged like any other. */
  FALLBACK_BILLING_ASSUMED,
  /** The model was found by a dated name that the catalogue lists. */
  MATCHED_SNAPSHOT,
  /** The model was found by another name that the catalogue lists. */
  MATCHED_ALIAS,
  /** The model was found without the prefix that the provider puts before names. */
  MATCHED_PREFIX,
  /** The user's own table of deployments or aliases named the model. */
  MATCHED_MAPPING,
  /** Rates in another currency, turned into USD by the user's dated exchange rate. */
  FX_APPLIED,
  /** {@code cost_usd} is by a contract of the user's; {@code list_cost_usd} is the list price. */
  CONTRACT_APPLIED,
  /** Tokens above zero cost nothing, because a price file or the gateway's rule says so. */
  FREE,
  /** Tokens above zero cost nothing, though nothing calls the model free: a wrong price, mostly. */
  ZERO_COST,
  /** Counts are incomplete: the provider charges this or more. */
  LOWER_BOUND;

  private final String text = name().toLowerCase(Locale.ROOT);

  String text() {
    return text;
  }
}

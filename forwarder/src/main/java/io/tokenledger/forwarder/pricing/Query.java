package io.tokenledger.forwarder.pricing;

import java.time.Instant;

/**
 * What to look up for one row.
 *
 * @param provider null when unknown
 * @param model as served; null when the response named none
 * @param requestModel as requested; null when the request named none
 * @param deployment as the path named it; null for none
 * @param host of the request; null when unknown
 * @param upstream who served a call that a gateway passed on; null when nobody says
 * @param servedTier as the response spelled it; null when it named none
 * @param requestedTier as the request spelled it; null when it named none
 * @param surchargeRegion a region that may carry a surcharge; empty for none
 * @param place a region that may be part of the model's name in the catalogue; empty for none
 * @param time decides which period's sheet applies
 */
record Query(
    String provider,
    String model,
    String requestModel,
    String deployment,
    String host,
    String upstream,
    String servedTier,
    String requestedTier,
    String surchargeRegion,
    String place,
    Instant time) {

  /** The same call for another model, which its response names. */
  Query forModel(String other) {
    return new Query(
        provider,
        other,
        null,
        null,
        host,
        upstream,
        servedTier,
        requestedTier,
        surchargeRegion,
        place,
        time);
  }

  /** The same call at another time. */
  Query at(Instant other) {
    return new Query(
        provider,
        model,
        requestModel,
        deployment,
        host,
        upstream,
        servedTier,
        requestedTier,
        surchargeRegion,
        place,
        other);
  }

  /** First label of the host name: Azure's resource. */
  String resource() {
    int dot = host == null ? -1 : host.indexOf('.');
    return dot < 0 ? host : host.substring(0, dot);
  }
}

package io.tokenledger.record;

import java.time.Instant;

/**
 * What an agent says of itself from time to time.
 *
 * @param at wall clock of the report
 * @param json the report as a JSON object: counters, clients rewritten or refused, own cost per
 *     exchange
 */
public record AgentReport(Instant at, String json) implements EntryBody {}

package io.tokenledger.record;

import java.time.Instant;

/**
 * What an agent says of itself from time to time.
 *
 * @param at wall clock of the report
 * @param json the report as a JSON object: counters, clients rewritten or refused, own cost per
 *     exchange, coverage by provider and API. Counters are cumulative since the start of the
 *     process, so the last report says it all; a reader keeps what it does not know
 */
public record AgentReport(Instant at, String json) implements EntryBody {
  /** Longest report, in characters; a longer one is replaced by a note that it was too large. */
  public static final int MAX_JSON = 56 * 1024;
}

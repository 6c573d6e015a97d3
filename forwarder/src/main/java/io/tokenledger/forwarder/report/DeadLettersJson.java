package io.tokenledger.forwarder.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.forwarder.store.DeadLetterBooking.Outcome;
import io.tokenledger.forwarder.store.StoredDeadLetter;

/** Dead letters, and what became of them, as JSON: an object for each. */
public final class DeadLettersJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DeadLettersJson() {}

  public static String line(StoredDeadLetter letter) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("dead_letter_id", letter.id());
    json.put("source_id", letter.sourceId().toString());
    json.put("service", letter.service());
    json.put("source_seq", letter.seq());
    json.put("place", letter.place());
    json.put("reason", letter.reason());
    json.put("sqlstate", letter.sqlState());
    json.put("bytes", letter.bytes());
    json.put("recorded_at", letter.recordedAt().toString());
    json.put("expired_at", letter.expiredAt() == null ? null : letter.expiredAt().toString());
    return json.toString();
  }

  public static String line(Outcome outcome) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("dead_letter_id", outcome.number());
    json.put("result", outcome.result().text());
    json.put("reason", outcome.reason());
    return json.toString();
  }
}

package io.tokenledger.forwarder.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.forwarder.drain.SourceStatus;
import java.time.Instant;
import java.util.List;

/** Sources as JSON; null for what is not known. */
final class StatusJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StatusJson() {}

  static String of(List<SourceStatus> sources, String ledger) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("ledger", ledger);
    ArrayNode list = json.putArray("sources");
    for (SourceStatus source : sources) {
      ObjectNode object = list.addObject();
      object.put("source_id", source.sourceId().toString());
      object.put("state", source.state().text());
      object.put("directory", source.directory());
      object.put("service", source.service());
      object.put("environment", source.environment());
      object.put("host", source.host());
      object.put("pid", source.pid());
      object.put("started_at", text(source.startedAt()));
      object.put("agent_version", source.agentVersion());
      object.put("committed_records", source.committed());
      object.put("lag_records", source.lag());
      object.put(
          "lag_seconds", source.behind() == null ? null : source.behind().toMillis() / 1000.0);
      object.put("lease_holder", source.holder());
      object.put("last_event_at", text(source.lastEventAt()));
      object.put("last_report_at", text(source.lastReportAt()));
      object.put("drained_at", text(source.drainedAt()));
      object.put("deleted_at", text(source.deletedAt()));
      object.put("gaps", source.gaps());
      object.put("gap_records", source.missing());
      object.put("dead_letters", source.deadLetters());
    }
    return json.toPrettyString();
  }

  private static String text(Instant time) {
    return time == null ? null : time.toString();
  }
}

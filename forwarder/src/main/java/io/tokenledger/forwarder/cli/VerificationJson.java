package io.tokenledger.forwarder.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.forwarder.store.rollup.Difference;
import io.tokenledger.forwarder.store.rollup.Verification;
import java.util.Locale;

/** Differences between rollups and rows, one JSON object a line. */
final class VerificationJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private VerificationJson() {}

  static String of(Difference difference) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("table", difference.table());
    json.put("kind", difference.kind().name().toLowerCase(Locale.ROOT));
    json.put("time", difference.time());
    ObjectNode dimensions = json.putObject("dimensions");
    difference.dimensions().forEach(dimensions::put);
    ObjectNode columns = json.putObject("columns");
    for (Difference.Column column : difference.columns()) {
      columns
          .putObject(column.name())
          .put("stored", column.stored())
          .put("recomputed", column.recomputed());
    }
    return json.toString();
  }

  static String of(Verification.Result result) {
    boolean empty = result.to().isBefore(result.from());
    ObjectNode json = MAPPER.createObjectNode();
    json.put("equal", result.differences() == 0);
    json.put("differences", result.differences());
    json.put("calls", result.calls());
    json.put("from", empty ? null : result.from().toString());
    json.put("to", empty ? null : result.to().toString());
    return json.toString();
  }
}

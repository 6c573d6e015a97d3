package io.tokenledger.it.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The rows of a run, to be taken in the order of its steps. The lines of a result file are handed
 * over while it streams and may stand among the rows of later exchanges, so they are found by file
 * and request; the rows of whole exchanges stand in order.
 */
final class RowsInOrder {
  private final List<UsageRecord> exchanges = new ArrayList<>();
  private final List<UsageRecord> lines = new ArrayList<>();

  RowsInOrder(List<UsageRecord> rows) {
    for (UsageRecord row : rows) {
      (row.get(UsageField.CUSTOM_ID) == null ? exchanges : lines).add(row);
    }
  }

  /** The rows of the next step; fewer than it should have when they are not there. */
  List<UsageRecord> next(ReplayPlan.Step step) {
    List<UsageRecord> own = new ArrayList<>();
    if (step.exchange().items().isEmpty()) {
      if (!exchanges.isEmpty()) {
        own.add(exchanges.remove(0));
      }
      return own;
    }
    for (JsonNode item : step.exchange().items()) {
      take(step.exchange().target().path(), item.get("custom_id").asText(), own);
    }
    return own;
  }

  private void take(String file, String request, List<UsageRecord> into) {
    for (Iterator<UsageRecord> rows = lines.iterator(); rows.hasNext(); ) {
      UsageRecord row = rows.next();
      if (row.get(UsageField.ENDPOINT).equals(file)
          && row.get(UsageField.CUSTOM_ID).equals(request)) {
        into.add(row);
        rows.remove();
        return;
      }
    }
  }
}

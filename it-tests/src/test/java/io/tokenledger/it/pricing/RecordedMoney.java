package io.tokenledger.it.pricing;

import io.tokenledger.agent.provider.conformance.RecordedRows;
import io.tokenledger.agent.provider.conformance.Recording;
import io.tokenledger.agent.provider.conformance.Transcripts;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rows of recorded exchanges, as the agent writes them, at a time when the recordings were
 * young: prices change.
 */
final class RecordedMoney {
  private static final Instant WHEN = Instant.parse("2026-08-20T12:00:00Z");

  /** A row, and the exchange that it is of. */
  record Row(Recording exchange, UsageRecord usage) {
    @Override
    public String toString() {
      return exchange.name() + " " + usage.get(UsageField.MODEL);
    }
  }

  private RecordedMoney() {}

  /** The rows of the project's own exchanges, and of those of {@code -Dtranscripts}. */
  static List<Row> all() {
    List<Row> rows = new ArrayList<>(rows(Recording.own()));
    rows.addAll(recorded());
    return rows;
  }

  /** The rows of {@code -Dtranscripts}; none without it. */
  static List<Row> recorded() {
    return rows(Transcripts.calls());
  }

  private static List<Row> rows(List<Recording> exchanges) {
    List<Row> rows = new ArrayList<>();
    for (Recording exchange : exchanges) {
      if (!Transcripts.isLookAlike(exchange)) {
        for (UsageRecord usage : RecordedRows.of(exchange)) {
          UsageRecord young = usage.toBuilder().set(UsageField.TIMESTAMP, WHEN).build();
          rows.add(new Row(exchange, young));
        }
      }
    }
    return rows;
  }

  /** A file of reasons: what they are for, and the reason, one a line. */
  static Map<String, String> reasons(String file) {
    Map<String, String> reasons = new TreeMap<>();
    try (InputStream stream = RecordedMoney.class.getResourceAsStream("/pricing/" + file)) {
      new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(": ", 2))
          .forEach(line -> reasons.put(line[0], line[1]));
      return reasons;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

package io.tokenledger.agent.exchange;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.decode.FieldScanner;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.agent.streamusage.UsageAsk;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the record of an exchange that ended: who, when and how long from here, everything else
 * from its surface. A surface that fails costs its columns, never the record. Ledger thread only.
 */
final class Recorder {
  private static final double NANOS_PER_MILLI = 1e6;

  /** The columns that {@code attribution.<column>} can set. */
  private static final List<UsageField<String>> ATTRIBUTION =
      List.of(
          UsageField.TEAM,
          UsageField.PROJECT,
          UsageField.FEATURE,
          UsageField.COMPONENT,
          UsageField.PAGE,
          UsageField.COST_CENTER,
          UsageField.USER_ID,
          UsageField.SESSION_ID,
          UsageField.ORGANIZATION_ID);

  private final AgentConfig config;
  private final String agentVersion;
  private final KeyFingerprints fingerprints;
  private final OpenExchanges open;
  private final EventIds ids = new EventIds();

  Recorder(
      AgentConfig config, String agentVersion, KeyFingerprints fingerprints, OpenExchanges open) {
    this.config = config;
    this.agentVersion = agentVersion;
    this.fingerprints = fingerprints;
    this.open = open;
  }

  /** Null for a result file that only now could be read and gave its lines. */
  UsageRecord record(MeteredExchange exchange) {
    open.remove(exchange);
    UsageRecord record;
    try {
      exchange.settle();
      if (!exchange.isRow()) {
        exchange.forget();
        return null;
      }
      UsageRecord.Builder complete = timed(exchange);
      exchange.plan.surface.normalise(new CapturedExchange(exchange), complete);
      record = finished(exchange, complete, exchange.faulty);
    } catch (Throwable fault) {
      exchange.caught(fault);
      record = finished(exchange, timed(exchange), true);
    }
    exchange.forget();
    return record;
  }

  /**
   * The record of a line of a result file, or null when it is none.
   *
   * @param faults gets what fails at this line: the others are read all the same
   */
  UsageRecord record(MeteredExchange file, FieldScanner values, Faults faults) {
    Captured line = new CapturedExchange(file, values);
    if (!file.plan.surface.isResult(line)) {
      return null;
    }
    UsageRecord.Builder record = described(file);
    try {
      file.plan.surface.normalise(line, record);
    } catch (Throwable fault) {
      faults.caught(fault);
      record = described(file);
      note(record, UsageNote.ANOMALY.text());
    }
    return record.build();
  }

  private UsageRecord.Builder timed(MeteredExchange exchange) {
    UsageRecord.Builder record = described(exchange);
    record.set(UsageField.DURATION_MS, millis(exchange, exchange.endNanos));
    record.set(UsageField.TIME_TO_FIRST_BYTE_MS, millis(exchange, exchange.headNanos));
    record.set(UsageField.TIME_TO_FIRST_TOKEN_MS, millis(exchange, exchange.contentNanos));
    return record;
  }

  /** When the exchanges of a result file took place is not known, nor how long they took. */
  private UsageRecord.Builder described(MeteredExchange exchange) {
    UsageRecord.Builder record = UsageRecord.builder();
    who(record);
    record.set(UsageField.EVENT_ID, ids.at(exchange.sent.toEpochMilli()));
    record.set(UsageField.TIMESTAMP, exchange.sent.truncatedTo(ChronoUnit.MICROS));
    record.set(UsageField.AGENT_VERSION, agentVersion);
    record.set(UsageField.CLIENT, exchange.target.client());
    record.set(UsageField.PROVIDER, exchange.call.provider());
    record.set(UsageField.API, exchange.plan.surface.api());
    record.set(UsageField.ENDPOINT, exchange.call.endpoint());
    record.set(UsageField.HOST, exchange.call.host());
    record.set(UsageField.BILLED, exchange.call.billed());
    if (exchange.usageAsk() != null) {
      record.set(UsageField.METADATA, asked(exchange.usageAsk()));
    }
    if (exchange.apiKey != null) {
      record.set(UsageField.API_KEY_FINGERPRINT, fingerprints.of(exchange.apiKey));
    }
    return record;
  }

  /** What was done to ask the stream for usage, as the JSON of the metadata column. */
  private static String asked(UsageAsk ask) {
    String outcome = ask.outcome();
    if (outcome == null) {
      return null;
    }
    return ask.shown()
        ? "{\"stream_usage\":\"" + outcome + "\",\"stream_usage_shown\":true}"
        : "{\"stream_usage\":\"" + outcome + "\"}";
  }

  private void who(UsageRecord.Builder record) {
    record.set(UsageField.APP_NAME, config.service());
    record.set(UsageField.ENVIRONMENT, config.environment());
    Map<String, String> given = config.attribution();
    for (UsageField<String> column : ATTRIBUTION) {
      record.set(column, given.get(column.columnName()));
    }
  }

  /** What holds whether or not the surface could say its part. */
  private static UsageRecord finished(
      MeteredExchange exchange, UsageRecord.Builder record, boolean faulty) {
    Finish finish = exchange.finish;
    if (finish.errorType() != null && record.get(UsageField.ERROR_TYPE) == null) {
      record.set(UsageField.ERROR_TYPE, finish.errorType());
      record.set(UsageField.ERROR_MESSAGE, finish.errorMessage());
    }
    if (faulty) {
      bareOutcome(exchange, record);
      note(record, UsageNote.ANOMALY.text());
    }
    return record.build();
  }

  private static void bareOutcome(MeteredExchange exchange, UsageRecord.Builder record) {
    boolean answered = exchange.status != 0;
    setIfAbsent(record, UsageField.HTTP_STATUS, answered ? (Integer) exchange.status : null);
    setIfAbsent(record, UsageField.USAGE_SOURCE, "none");
    setIfAbsent(record, UsageField.REQUEST_TYPE, exchange.plan.surface.requestType(false));
    setIfAbsent(
        record,
        UsageField.STATUS,
        switch (exchange.finish.ending()) {
          case COMPLETE -> exchange.status >= 400 ? "error" : "success";
          case CANCELLED -> "cancelled";
          case TIMEOUT -> "timeout";
          case TRUNCATED, FAILED -> "error";
        });
    boolean complete = exchange.finish == Finish.COMPLETE;
    setIfAbsent(
        record, UsageField.COMPLETION, complete ? "complete" : answered ? "partial" : "none");
  }

  private static <T> void setIfAbsent(UsageRecord.Builder record, UsageField<T> field, T value) {
    if (record.get(field) == null) {
      record.set(field, value);
    }
  }

  private static void note(UsageRecord.Builder record, String note) {
    List<String> before = record.get(UsageField.USAGE_NOTE);
    if (before == null || !before.contains(note)) {
      List<String> notes = before == null ? new ArrayList<>() : new ArrayList<>(before);
      notes.add(note);
      record.set(UsageField.USAGE_NOTE, List.copyOf(notes));
    }
  }

  /** Milliseconds since the request was sent, or null for what did not happen. */
  private static Double millis(MeteredExchange exchange, long nanos) {
    return nanos == 0 ? null : (Double) ((nanos - exchange.sentNanos) / NANOS_PER_MILLI);
  }
}

package io.tokenledger.agent.provider.replicate;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A prediction. Its {@code metrics} come when it is done: seconds of a machine always, tokens where
 * the model is a language model. Every later read repeats them, so they are claimed by its id.
 */
final class PredictionsSurface implements Surface {
  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(FieldPath.last("model", "model"), FieldPath.last("version", "version")),
          List.of(
              FieldPath.usage(
                  "metrics", "metrics", "predict_time", "input_token_count", "output_token_count"),
              FieldPath.last("id", "id"),
              FieldPath.last("model", "model"),
              FieldPath.last("status", "status"),
              error("error"),
              error("detail")),
          Set.of(),
          Set.of("ratelimit-remaining", "ratelimit-reset", "retry-after"),
          new StreamEnd(null, Set.of()));

  @Override
  public String api() {
    return "replicate.predictions";
  }

  @Override
  public String requestType(boolean stream) {
    return "prediction";
  }

  @Override
  public SurfaceFields fields() {
    return FIELDS;
  }

  @Override
  public String repeats() {
    return "A read of a finished prediction repeats its metrics; its id is claimed once.";
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    boolean failed = captured.status() != null && captured.status() >= 400;
    // An error body has the HTTP status where a prediction has its own.
    String status = failed ? null : draft.responseText("status");
    draft.answered(this);
    draft.set(UsageField.REQUEST_MODEL, requestModel(draft));
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    draft.set(UsageField.STOP_REASON, status);
    draft.headersToMetadata(List.of("ratelimit-remaining", "ratelimit-reset", "retry-after"));
    writeUsage(draft, status);
    draft.outcome();
    draft.finish();
  }

  private static String requestModel(RecordDraft draft) {
    String named = draft.requestText("model", "version");
    return named == null ? ofPath(draft.captured().target().path()) : named;
  }

  /** Owner and name in {@code /models/<owner>/<name>/predictions}, also of deployments. */
  private static String ofPath(String path) {
    for (String folder : List.of("/models/", "/deployments/")) {
      int start = path.indexOf(folder);
      int end = path.indexOf("/predictions");
      if (start >= 0 && end > start + folder.length()) {
        return path.substring(start + folder.length(), end);
      }
    }
    return null;
  }

  private static void writeUsage(RecordDraft draft, String status) {
    String metrics = draft.captured().response("metrics");
    boolean running = "starting".equals(status) || "processing".equals(status);
    // Metrics of one that still runs are not its last: claimed now, the last would be its repeat.
    if (metrics == null || running) {
      draft.usage(null);
      draft.explainMissingUsage(running ? UsageNote.LATER : UsageNote.NOT_REPORTED, "metrics");
      return;
    }
    Map<String, Object> usage = JsonText.parseObject(metrics);
    UsageCounts counts = new UsageCounts(usage, draft);
    draft.usage(metrics);
    draft.set(UsageField.INPUT_TOKENS, counts.count("input_token_count"));
    draft.set(UsageField.OUTPUT_TOKENS, counts.count("output_token_count"));
    if (usage.get("predict_time") instanceof Number seconds) {
      draft.set(UsageField.BILLABLE, JsonText.write(Map.of("duration_seconds", seconds)));
    }
    draft.totals(true);
    draft.repeatable("replicate.predictions", draft.get(UsageField.RESPONSE_ID));
  }

  private static FieldPath error(String path) {
    return new FieldPath(path, path, FieldPath.Capture.LAST, 8 * 1024, Set.of());
  }
}

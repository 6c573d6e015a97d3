package io.tokenledger.agent.provider.anthropic;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.decode.StreamForm;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.ProviderError;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The results of a message batch: a line for each of its requests, each a row of its own. A file
 * that is fetched again brings the same messages, so each counts once by its id.
 */
final class BatchResultsSurface implements Surface {
  private static final int MAX_ERROR_BYTES = 8 * 1024;
  private static final String BATCHES = "/batches/";

  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(),
          List.of(
              FieldPath.last("custom_id", "custom_id"),
              FieldPath.last("result", "result.type"),
              FieldPath.usage("usage", "result.message.usage", "input_tokens", "output_tokens"),
              FieldPath.last("id", "result.message.id"),
              FieldPath.last("model", "result.message.model"),
              FieldPath.last("stop_reason", "result.message.stop_reason"),
              error("result.error"),
              error("error"),
              FieldPath.last("request_id", "request_id")),
          Set.of(),
          AnthropicHeaders.RESPONSE,
          new StreamEnd(null, Set.of()),
          StreamForm.RECORDS);

  @Override
  public String api() {
    return "anthropic.batch.results";
  }

  @Override
  public String requestType(boolean stream) {
    return "chat";
  }

  @Override
  public SurfaceFields fields() {
    return FIELDS;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    AnthropicCall.write(draft);
    String result = draft.responseText("result");
    draft.set(UsageField.BATCH_ID, batchId(captured.target().path()));
    draft.set(UsageField.CUSTOM_ID, draft.responseText("custom_id"));
    draft.metadata("result", result);
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    draft.set(UsageField.STOP_REASON, draft.responseText("stop_reason"));
    writeUsage(draft);
    draft.outcome(error(draft, result));
    if ("canceled".equals(result)) {
      draft.set(UsageField.STATUS, "cancelled");
    }
    draft.finish();
  }

  @Override
  public String repeats() {
    return "A file that is fetched again brings the same message ids: each counts once.";
  }

  private static void writeUsage(RecordDraft draft) {
    String usage = draft.captured().response("usage");
    if (usage == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
      return;
    }
    AnthropicUsage.write(JsonText.parseObject(usage), usage, draft);
    draft.repeatable("anthropic.messages", draft.get(UsageField.RESPONSE_ID));
  }

  /** A request that failed has an error body inside its line; others never ran, and say why. */
  private static ProviderError error(RecordDraft draft, String result) {
    Map<String, Object> error = JsonText.asObject(draft.responseValue("result.error"));
    if (error != null) {
      return ProviderError.ofMember(error.containsKey("error") ? error.get("error") : error);
    }
    return "canceled".equals(result) || "expired".equals(result)
        ? new ProviderError(result, null, null)
        : null;
  }

  private static FieldPath error(String path) {
    return new FieldPath(path, path, FieldPath.Capture.LAST, MAX_ERROR_BYTES, Set.of());
  }

  private static String batchId(String path) {
    int at = path.indexOf(BATCHES);
    int start = at + BATCHES.length();
    int end = at < 0 ? -1 : path.indexOf('/', start);
    return end > start ? path.substring(start, end) : null;
  }
}

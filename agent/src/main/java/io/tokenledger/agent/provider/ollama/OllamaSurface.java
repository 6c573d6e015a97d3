package io.tokenledger.agent.provider.ollama;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.decode.StreamForm;
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
 * An API of Ollama: one JSON value, or one a line, of which the last says {@code "done": true} and
 * has the counts at its top. Old versions leave {@code prompt_eval_count} out when the prompt was
 * cached, which leaves the input unknown; the old {@code /api/embeddings} counts nothing.
 */
final class OllamaSurface implements Surface {
  private static final String[] COUNTS = {
    "prompt_eval_count", "prompt_eval_cached_count", "eval_count"
  };

  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(
              FieldPath.last("model", "model"),
              FieldPath.last("stream", "stream"),
              FieldPath.last("think", "think"),
              FieldPath.last("num_predict", "options.num_predict")),
          List.of(
              FieldPath.last("prompt_eval_count", "prompt_eval_count"),
              FieldPath.last("prompt_eval_cached_count", "prompt_eval_cached_count"),
              FieldPath.last("eval_count", "eval_count"),
              FieldPath.last("model", "model"),
              FieldPath.last("done_reason", "done_reason"),
              FieldPath.last("error", "error"),
              FieldPath.seen("first_token.content", "message.content"),
              FieldPath.seen("first_token.thinking", "message.thinking"),
              FieldPath.seen("first_token.tool_calls", "message.tool_calls"),
              FieldPath.seen("first_token.response", "response"),
              FieldPath.seen("first_token.generate_thinking", "thinking")),
          Set.of(),
          Set.of("retry-after"),
          StreamEnd.member("done", "true"),
          StreamForm.VALUES);

  private final String api;
  private final String requestType;
  private final String withoutUsage;

  /**
   * @param withoutUsage why answers carry no usage, or null when they do
   */
  OllamaSurface(String api, String requestType, String withoutUsage) {
    this.api = api;
    this.requestType = requestType;
    this.withoutUsage = withoutUsage;
  }

  @Override
  public String withoutUsage() {
    return withoutUsage;
  }

  @Override
  public String api() {
    return api;
  }

  @Override
  public String requestType(boolean stream) {
    return stream ? requestType + "_stream" : requestType;
  }

  @Override
  public SurfaceFields fields() {
    return FIELDS;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    draft.set(UsageField.REQUEST_MODEL, draft.requestText("model"));
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.STOP_REASON, draft.responseText("done_reason"));
    draft.requestToMetadata(List.of("think", "num_predict"));
    draft.headersToMetadata(List.of("retry-after"));
    writeUsage(draft);
    draft.outcome();
    draft.finish();
  }

  private void writeUsage(RecordDraft draft) {
    Map<String, Object> usage = draft.responseValues(COUNTS);
    if (usage.isEmpty()) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED);
      return;
    }
    UsageCounts counts = new UsageCounts(usage, draft);
    draft.usage(JsonText.write(usage));
    draft.set(UsageField.INPUT_TOKENS, counts.count("prompt_eval_count"));
    draft.set(UsageField.CACHE_READ_TOKENS, counts.count("prompt_eval_cached_count"));
    draft.set(UsageField.OUTPUT_TOKENS, counts.count("eval_count"));
    draft.totals(!requestType.equals("embedding"));
    if (counts.at("prompt_eval_count") == null) {
      draft.note(UsageNote.NOT_REPORTED);
    }
  }
}

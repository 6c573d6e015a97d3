package io.tokenledger.agent.provider.alephalpha;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import java.util.Set;

/**
 * An API of Aleph Alpha. Its counts stand at the top of the body; in a stream, of the {@code
 * completion_summary} that ends it.
 */
final class CompletionSurface implements Surface {
  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(
              FieldPath.last("model", "model"),
              FieldPath.last("stream", "stream"),
              FieldPath.last("maximum_tokens", "maximum_tokens")),
          List.of(
              FieldPath.last("num_tokens_prompt_total", "num_tokens_prompt_total"),
              FieldPath.last("num_tokens_generated", "num_tokens_generated"),
              FieldPath.last("model_version", "model_version"),
              FieldPath.last("finish_reason", "completions[0].finish_reason"),
              FieldPath.last("finish_reason", "finish_reason"),
              FieldPath.last("error", "error"),
              FieldPath.last("code", "code"),
              FieldPath.seen("first_token", "completion")),
          Set.of(),
          Set.of("retry-after"),
          new StreamEnd("[DONE]", Set.of("completion_summary")));

  private final String api;
  private final String requestType;
  private final boolean generates;

  CompletionSurface(String api, String requestType, boolean generates) {
    this.api = api;
    this.requestType = requestType;
    this.generates = generates;
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
    draft.set(UsageField.STOP_REASON, draft.responseText("finish_reason"));
    draft.metadata("model_version", draft.responseText("model_version"));
    draft.requestToMetadata(List.of("maximum_tokens"));
    draft.headersToMetadata(List.of("retry-after"));
    if (!AlephAlphaUsage.write(draft)) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED);
    }
    draft.totals(generates);
    draft.outcome();
    draft.finish();
  }
}

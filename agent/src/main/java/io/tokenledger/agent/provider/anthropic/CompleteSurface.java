package io.tokenledger.agent.provider.anthropic;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.SdkRetries;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import java.util.Set;

/**
 * Anthropic's first API, {@code /v1/complete}, which reports no counts: its rows say that a call
 * was made, and no more. A stream is whole once an event has said why it stopped.
 */
final class CompleteSurface implements Surface {
  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(
              FieldPath.last("model", "model"),
              FieldPath.last("stream", "stream"),
              FieldPath.last("metadata.user_id", "metadata.user_id"),
              FieldPath.last("max_tokens_to_sample", "max_tokens_to_sample")),
          List.of(
              FieldPath.last("id", "id"),
              FieldPath.last("model", "model"),
              FieldPath.last("stop_reason", "stop_reason"),
              FieldPath.last("request_id", "request_id"),
              new FieldPath("error", "error", FieldPath.Capture.LAST, 8 * 1024, Set.of()),
              FieldPath.seen("first_token.completion", "completion")),
          Set.of(SdkRetries.HEADER),
          AnthropicHeaders.RESPONSE,
          StreamEnd.fields("stop_reason"));

  @Override
  public String api() {
    return "anthropic.complete";
  }

  @Override
  public String requestType(boolean stream) {
    return stream ? "completion_stream" : "completion";
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
    draft.requestToMetadata(List.of("max_tokens_to_sample"));
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    draft.set(UsageField.STOP_REASON, draft.responseText("stop_reason"));
    draft.usage(null);
    draft.explainMissingUsage(UsageNote.NOT_REPORTED);
    draft.outcome();
    draft.finish();
  }

  @Override
  public String withoutUsage() {
    return "Anthropic's first API has no counts.";
  }
}

package io.tokenledger.agent.provider.cohere;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.decode.StreamForm;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.ProviderError;
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
 * One API of Cohere. All report alike and differ in the place of the report: {@code usage} (chat
 * v2), {@code delta.usage} of {@code message-end} in its streams, {@code meta} (everything else),
 * {@code response.meta} of {@code stream-end} in streams of v1, which are JSON lines.
 */
final class CohereSurface implements Surface {
  /**
   * In the answer of chat v2 {@code message} is the answer itself, so no more is kept than an error
   * message may have.
   */
  private static final int MAX_MESSAGE_BYTES = 1_024;

  private static final List<FieldPath> REQUEST_FIELDS =
      List.of(
          FieldPath.last("model", "model"),
          FieldPath.last("stream", "stream"),
          FieldPath.last("max_tokens", "max_tokens"),
          FieldPath.last("thinking.token_budget", "thinking.token_budget"),
          FieldPath.last("input_type", "input_type"));

  private static final List<FieldPath> RESPONSE_FIELDS =
      List.of(
          FieldPath.usage("usage", "usage"),
          FieldPath.usage("usage", "delta.usage"),
          FieldPath.usage("usage", "meta"),
          FieldPath.usage("usage", "response.meta"),
          FieldPath.first("generation_id", "generation_id"),
          FieldPath.first("id", "id"),
          FieldPath.last("model", "model"),
          FieldPath.last("finish_reason", "finish_reason"),
          FieldPath.last("finish_reason", "delta.finish_reason"),
          FieldPath.last("finish_reason", "generations[0].finish_reason"),
          FieldPath.last("error", "error"),
          FieldPath.last("error", "delta.error"),
          FieldPath.last("error_type", "error_type"),
          new FieldPath("message", "message", FieldPath.Capture.LAST, MAX_MESSAGE_BYTES, Set.of()),
          FieldPath.seen("first_token.text", "text"),
          FieldPath.seen("first_token.content", "delta.message.content.text"),
          FieldPath.seen("first_token.thinking", "delta.message.content.thinking"),
          FieldPath.seen("first_token.tool_plan", "delta.message.tool_plan"),
          FieldPath.seen("first_token.tool_calls", "delta.message.tool_calls"));

  private static final List<String> LIMIT_HEADERS =
      List.of(
          "x-trial-endpoint-call-limit",
          "x-trial-endpoint-call-remaining",
          "x-endpoint-monthly-call-limit",
          "retry-after",
          "num_tokens",
          "num_chars");

  private static final Set<String> RESPONSE_HEADERS =
      Set.of(
          "x-trial-endpoint-call-limit",
          "x-trial-endpoint-call-remaining",
          "x-endpoint-monthly-call-limit",
          "retry-after",
          "num_tokens",
          "num_chars",
          "x-debug-trace-id");

  private final String path;
  private final String api;
  private final String requestType;
  private final boolean generates;
  private final SurfaceFields fields;

  CohereSurface(String path, String api, String requestType, boolean generates) {
    this.path = path;
    this.api = api;
    this.requestType = requestType;
    this.generates = generates;
    boolean lines = path.startsWith("/v1/");
    fields =
        new SurfaceFields(
            REQUEST_FIELDS,
            RESPONSE_FIELDS,
            Set.of(),
            RESPONSE_HEADERS,
            lines
                ? StreamEnd.member("event_type", "stream-end")
                : new StreamEnd("[DONE]", Set.of("message-end")),
            lines ? StreamForm.VALUES : StreamForm.EVENTS);
  }

  String path() {
    return path;
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
    return fields;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    String reason = draft.responseText("finish_reason");
    boolean failed = captured.status() != null && captured.status() >= 400;
    draft.answered(this);
    draft.set(UsageField.REQUEST_MODEL, draft.requestText("model"));
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, failed ? null : draft.responseText("generation_id", "id"));
    draft.set(UsageField.REQUEST_ID, captured.responseHeader("x-debug-trace-id"));
    draft.set(UsageField.STOP_REASON, reason);
    draft.requestToMetadata(List.of("max_tokens", "thinking.token_budget", "input_type"));
    draft.headersToMetadata(LIMIT_HEADERS);
    String usage = captured.response("usage");
    if (usage == null || !CohereUsage.write(usage, draft)) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
    }
    draft.totals(generates);
    draft.outcome(failed ? null : error(reason, draft));
    draft.finish();
  }

  /** An answer may fail half-way: a stop reason says so, and maybe a sentence beside it. */
  private static ProviderError error(String reason, RecordDraft draft) {
    return reason != null && reason.startsWith("ERROR")
        ? new ProviderError(reason, null, draft.responseText("error"))
        : null;
  }
}

package io.tokenledger.agent.provider.anthropic;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.SdkRetries;
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
 * Anthropic Messages. A whole body has its fields at the top; a stream has them in {@code
 * message_start} (under {@code message}) and {@code message_delta}.
 */
final class MessagesSurface implements Surface {
  private static final int MAX_ERROR_BYTES = 8 * 1024;

  private static final List<FieldPath> REQUEST_FIELDS =
      List.of(
          FieldPath.last("model", "model"),
          FieldPath.last("stream", "stream"),
          FieldPath.last("service_tier", "service_tier"),
          FieldPath.last("metadata.user_id", "metadata.user_id"),
          FieldPath.last("max_tokens", "max_tokens"),
          FieldPath.last("thinking.budget_tokens", "thinking.budget_tokens"),
          FieldPath.last("requested_speed", "speed"),
          FieldPath.last("requested_inference_geo", "inference_geo"),
          FieldPath.tally("tools", "tools[].type"));

  private static final List<FieldPath> RESPONSE_FIELDS =
      List.of(
          FieldPath.usage("usage", "usage", "input_tokens", "output_tokens"),
          // Proxies may repeat message_start: the first is the one that counts.
          new FieldPath(
              "message.usage",
              "message.usage",
              FieldPath.Capture.FIRST,
              16 * 1024,
              Set.of("input_tokens", "output_tokens")),
          FieldPath.last("id", "id"),
          FieldPath.first("message.id", "message.id"),
          FieldPath.last("model", "model"),
          FieldPath.first("message.model", "message.model"),
          FieldPath.last("stop_reason", "stop_reason"),
          FieldPath.last("delta.stop_reason", "delta.stop_reason"),
          FieldPath.last("type", "type"),
          FieldPath.last("request_id", "request_id"),
          new FieldPath("error", "error", FieldPath.Capture.LAST, MAX_ERROR_BYTES, Set.of()),
          FieldPath.seen("first_token.text", "delta.text"),
          FieldPath.seen("first_token.thinking", "delta.thinking"),
          FieldPath.seen("first_token.partial_json", "delta.partial_json"));

  private static final List<String> REQUEST_METADATA =
      List.of("max_tokens", "thinking.budget_tokens", "requested_speed", "requested_inference_geo");

  private static final Set<String> REQUEST_HEADERS = Set.of(SdkRetries.HEADER);

  // An error event is no end of a message: what came before it is a part.
  private static final StreamEnd STREAM_END = new StreamEnd(null, Set.of("message_stop"));

  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          REQUEST_FIELDS, RESPONSE_FIELDS, REQUEST_HEADERS, AnthropicHeaders.RESPONSE, STREAM_END);

  @Override
  public String api() {
    return "anthropic.messages";
  }

  @Override
  public String requestType(boolean stream) {
    return stream ? "chat_stream" : "chat";
  }

  @Override
  public SurfaceFields fields() {
    return FIELDS;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    writeRequest(draft);
    draft.set(UsageField.MODEL, draft.responseText("message.model", "model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("message.id", "id"));
    draft.set(UsageField.STOP_REASON, draft.responseText("delta.stop_reason", "stop_reason"));
    writeUsage(draft);
    draft.outcome();
    draft.finish();
  }

  private static void writeRequest(RecordDraft draft) {
    AnthropicCall.write(draft);
    draft.set(UsageField.REQUESTED_SERVICE_TIER, draft.requestText("service_tier"));
    draft.requestToMetadata(REQUEST_METADATA);
    Map<String, Long> tools = draft.captured().tally("tools");
    draft.metadata("request_tools", tools.isEmpty() ? null : tools);
  }

  private static void writeUsage(RecordDraft draft) {
    Captured captured = draft.captured();
    String start = captured.response("message.usage");
    String last = captured.response("usage");
    Map<String, Object> usage = AnthropicUsage.merged(start, last);
    if (usage == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage", "message.usage");
      return;
    }
    boolean oneObject = start == null || last == null;
    String raw = !oneObject ? JsonText.write(usage) : start == null ? last : start;
    AnthropicUsage.write(usage, raw, draft);
    if (start != null && last == null) {
      // The output count of a stream's start is a placeholder, so it is a lower bound at best.
      draft.explainMissingUsage(UsageNote.CUT, "usage");
    }
  }
}

package io.tokenledger.agent.provider.bedrock;

import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.Locale;
import java.util.Map;

/**
 * InvokeModel and InvokeModelWithResponseStream, for every family of models: see {@link
 * InvokeFields}. A stream is whole when its metrics came, which stand on its last chunk.
 */
final class InvokeSurface implements Surface {
  private final boolean stream;

  /**
   * @param stream whether it is InvokeModelWithResponseStream, which the path says and no body
   */
  InvokeSurface(boolean stream) {
    this.stream = stream;
  }

  @Override
  public String api() {
    return "bedrock.invoke";
  }

  @Override
  public String requestType(boolean answeredByStream) {
    return stream ? "chat_stream" : "chat";
  }

  @Override
  public SurfaceFields fields() {
    return InvokeFields.ALL;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    Object text = JsonText.parse(captured.response("message"));
    Map<String, Object> message = JsonText.asObject(text);
    draft.answered(this);
    if (captured.response("exception.type") != null) {
      // Neither came the stream to its end nor was it cut: Bedrock ended it.
      draft.withoutMetadata("stream_complete");
    }
    BedrockCall.write(
        draft,
        message == null ? draft.responseText("model") : text(message, "model"),
        message == null ? textId(draft) : text(message, "id"));
    draft.metadata("bedrock_model_id", draft.get(UsageField.REQUEST_MODEL));
    draft.set(UsageField.STOP_REASON, draft.responseText("stop_reason"));
    writeRequest(draft);
    draft.metadata("guardrail_action", draft.responseText("guardrail_action"));
    boolean hasOutput = writeKind(draft);
    InvokeUsage.write(draft, message, hasOutput);
    draft.outcome(BedrockCall.error(draft, message == null ? JsonText.plain(text) : null));
    draft.finish();
  }

  private static void writeRequest(RecordDraft draft) {
    Captured captured = draft.captured();
    draft.set(
        UsageField.REQUESTED_SERVICE_TIER, captured.requestHeader(BedrockFields.SERVICE_TIER));
    draft.set(UsageField.SERVICE_TIER, captured.responseHeader(BedrockFields.SERVICE_TIER));
    draft.metadata("performanceConfig.latency", captured.requestHeader(BedrockFields.LATENCY));
    draft.metadata("performance_latency", captured.responseHeader(BedrockFields.LATENCY));
    draft.setIfAbsent(UsageField.USER_ID, draft.requestText("metadata.user_id"));
    draft.requestToMetadata(InvokeFields.REQUEST_METADATA);
    Map<String, Long> tools = captured.tally("tools");
    draft.metadata("request_tools", tools.isEmpty() ? null : tools);
  }

  /**
   * Embedding and reranking models read only, and share the path with all others.
   *
   * @return true when the model generates
   */
  private static boolean writeKind(RecordDraft draft) {
    String model = draft.get(UsageField.REQUEST_MODEL);
    String lower = model == null ? "" : model.toLowerCase(Locale.ROOT);
    if (lower.contains("embed")) {
      draft.set(UsageField.REQUEST_TYPE, "embedding");
      return false;
    }
    if (lower.contains("rerank")) {
      draft.set(UsageField.REQUEST_TYPE, "rerank");
      return false;
    }
    return true;
  }

  /** Jurassic's ids are numbers that repeat. */
  private static String textId(RecordDraft draft) {
    return draft.responseValue("id") instanceof String id ? id : null;
  }

  private static String text(Map<String, Object> message, String name) {
    return JsonText.plain(message.get(name));
  }
}

package io.tokenledger.agent.provider.bedrock;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.decode.StreamForm;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Converse and ConverseStream: one body for all models. A stream has in its event {@code metadata}
 * what a whole body has at the top; that event is the last.
 */
final class ConverseSurface implements Surface {
  private static final List<FieldPath> REQUEST_FIELDS =
      List.of(
          FieldPath.last("service_tier", "serviceTier.type"),
          FieldPath.last("performanceConfig.latency", "performanceConfig.latency"),
          new FieldPath(
              "requestMetadata", "requestMetadata", FieldPath.Capture.LAST, 4 * 1024, Set.of()),
          FieldPath.last("inferenceConfig.maxTokens", "inferenceConfig.maxTokens"));

  private static final List<String> REQUEST_METADATA =
      List.of("performanceConfig.latency", "requestMetadata", "inferenceConfig.maxTokens");

  private static final List<FieldPath> RESPONSE_FIELDS =
      BedrockFields.concat(
          BedrockFields.usage(
              List.of("usage", "metadata.usage"), "inputTokens", "outputTokens", "totalTokens"),
          BedrockFields.anyOf("stop_reason", "stopReason", "messageStop.stopReason"),
          BedrockFields.anyOf("service_tier", "serviceTier.type", "metadata.serviceTier.type"),
          BedrockFields.anyOf(
              "performance_latency",
              "performanceConfig.latency",
              "metadata.performanceConfig.latency"),
          BedrockFields.anyOf(
              "invoked_model",
              "trace.promptRouter.invokedModelId",
              "metadata.trace.promptRouter.invokedModelId"),
          List.of(BedrockFields.text("message", "message")),
          BedrockFields.EXCEPTION,
          BedrockFields.content(
              "contentBlockDelta.delta.text",
              "contentBlockDelta.delta.reasoningContent",
              "contentBlockDelta.delta.toolUse.input"));

  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          REQUEST_FIELDS,
          RESPONSE_FIELDS,
          Set.of(),
          responseHeaders(),
          new StreamEnd(null, Set.of("metadata")),
          StreamForm.AWS_EVENTS);

  private final boolean stream;

  /**
   * @param stream whether it is ConverseStream, which the path says and no body
   */
  ConverseSurface(boolean stream) {
    this.stream = stream;
  }

  @Override
  public String api() {
    return "bedrock.converse";
  }

  @Override
  public String requestType(boolean answeredByStream) {
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
    // A prompt router answers with a model of its own choice, and says with which.
    BedrockCall.write(draft, draft.responseText("invoked_model"), null);
    draft.set(UsageField.REQUESTED_SERVICE_TIER, draft.requestText("service_tier"));
    draft.set(UsageField.SERVICE_TIER, draft.responseText("service_tier"));
    draft.set(UsageField.STOP_REASON, draft.responseText("stop_reason"));
    draft.requestToMetadata(REQUEST_METADATA);
    draft.metadata("performance_latency", draft.responseText("performance_latency"));
    writeUsage(draft);
    draft.outcome(BedrockCall.error(draft, draft.responseText("message")));
    draft.finish();
  }

  private void writeUsage(RecordDraft draft) {
    String usage = draft.captured().response("usage");
    if (usage == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
      return;
    }
    String model = draft.get(UsageField.REQUEST_MODEL);
    ConverseUsage.write(usage, stream && model != null && ModelPath.isOf("openai", model), draft);
    draft.totals(true);
  }

  private static Set<String> responseHeaders() {
    Set<String> names = new HashSet<>(BedrockFields.KEPT_HEADERS);
    names.add(BedrockFields.REQUEST_ID);
    names.add(BedrockFields.ERROR_TYPE);
    return names;
  }
}

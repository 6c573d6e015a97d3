package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.decode.StreamForm;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
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
 * {@code generateContent} and {@code streamGenerateContent}. A stream is made of events or, without
 * {@code alt=sse}, of the elements of one array; each may report the usage so far, and the last
 * report counts as a whole. With {@code enum-encoding=int} in the query, reasons and tiers are
 * numbers and stay so.
 */
final class GenerateContentSurface implements Surface {
  private static final List<FieldPath> REQUEST_FIELDS =
      List.of(
          FieldPath.last("model", "model"),
          FieldPath.last("service_tier", "serviceTier"),
          FieldPath.last("service_tier", "service_tier"),
          FieldPath.last("cached_content", "cachedContent"),
          FieldPath.last("max_output_tokens", "generationConfig.maxOutputTokens"),
          FieldPath.last("candidate_count", "generationConfig.candidateCount"),
          FieldPath.last("thinking_budget", "generationConfig.thinkingConfig.thinkingBudget"),
          FieldPath.last("thinking_level", "generationConfig.thinkingConfig.thinkingLevel"),
          FieldPath.last("labels", "labels"));

  private static final List<FieldPath> RESPONSE_FIELDS =
      List.of(
          GeminiFields.usage("usageMetadata"),
          FieldPath.last("model", "modelVersion"),
          FieldPath.last("id", "responseId"),
          FieldPath.last("finish_reason", "candidates[0].finishReason"),
          FieldPath.last("block_reason", "promptFeedback.blockReason"),
          new FieldPath(
              "searches",
              "candidates[0].groundingMetadata.webSearchQueries",
              FieldPath.Capture.LAST,
              8 * 1024,
              Set.of()),
          GeminiFields.ERROR,
          FieldPath.seen("first_token.text", "candidates[].content.parts[].text"),
          FieldPath.seen("first_token.call", "candidates[].content.parts[].functionCall"),
          FieldPath.seen("first_token.data", "candidates[].content.parts[].inlineData"),
          FieldPath.seen("first_token.code", "candidates[].content.parts[].executableCode"));

  private static final List<String> REQUEST_METADATA =
      List.of(
          "cached_content",
          "max_output_tokens",
          "candidate_count",
          "thinking_budget",
          "thinking_level");

  private final boolean stream;
  private final SurfaceFields fields;

  GenerateContentSurface(boolean stream) {
    this.stream = stream;
    fields =
        new SurfaceFields(
            REQUEST_FIELDS,
            RESPONSE_FIELDS,
            GeminiFields.REQUEST_HEADERS,
            GeminiFields.RESPONSE_HEADERS,
            StreamEnd.fields("finish_reason", "block_reason"),
            stream ? StreamForm.ARRAY : StreamForm.EVENTS);
  }

  @Override
  public String api() {
    return "gemini.generateContent";
  }

  /** The path says which it is; the request body does not. */
  @Override
  public String requestType(boolean streamed) {
    return stream ? "chat_stream" : "chat";
  }

  @Override
  public SurfaceFields fields() {
    return fields;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    GeminiCall.write(draft);
    draft.requestToMetadata(REQUEST_METADATA);
    draft.metadata("request_metadata", draft.requestObject("labels"));
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    draft.set(UsageField.STOP_REASON, draft.responseText("finish_reason", "block_reason"));
    draft.metadata("block_reason", draft.responseText("block_reason"));
    writeSearches(draft);
    writeUsage(draft);
    draft.outcome();
    draft.finish();
  }

  /** Grounding is billed by the query, or by the request that had any. */
  private static void writeSearches(RecordDraft draft) {
    if (draft.responseValue("searches") instanceof List<?> queries && !queries.isEmpty()) {
      Long count = (long) queries.size();
      draft.metadata("grounding_web_search_queries", count);
      draft.set(UsageField.BILLABLE, JsonText.write(Map.of("web_search_queries", count)));
    }
  }

  private static void writeUsage(RecordDraft draft) {
    Captured captured = draft.captured();
    String usage = captured.response("usage");
    if (usage == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
      return;
    }
    GeminiUsage.GENERATE.write(usage, draft);
    draft.totals(true);
    if (captured.ending() != Captured.Ending.COMPLETE) {
      // What was generated after the last report is not in it: a lower bound.
      draft.explainMissingUsage(UsageNote.CUT, "usage");
    }
  }
}

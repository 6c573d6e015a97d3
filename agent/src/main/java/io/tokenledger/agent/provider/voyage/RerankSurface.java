package io.tokenledger.agent.provider.voyage;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.agent.provider.openai.ReportedCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reranking: {@code usage} with OpenAI's names, often {@code total_tokens} alone, which is the
 * input; or, at hosts that answer like Cohere, {@code meta.billed_units}.
 */
final class RerankSurface implements Surface {
  private static final int MAX_ERROR_BYTES = 8 * 1024;

  /** Providers whose {@code cost} is what they charge. */
  private static final Set<String> CHARGE_THEIR_COST = Set.of("openrouter");

  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(FieldPath.last("model", "model"), FieldPath.last("user", "user")),
          List.of(
              FieldPath.usage("usage", "usage", "prompt_tokens", "total_tokens"),
              FieldPath.usage("billed_units", "meta.billed_units"),
              FieldPath.last("id", "id"),
              FieldPath.last("model", "model"),
              FieldPath.last("provider", "provider"),
              error("error"),
              error("message"),
              error("detail")),
          Set.of(),
          Set.of("x-request-id", "retry-after"),
          new StreamEnd(null, Set.of()));

  @Override
  public String api() {
    return "rerank";
  }

  @Override
  public String requestType(boolean stream) {
    return "rerank";
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
    draft.setIfAbsent(UsageField.USER_ID, draft.requestText("user"));
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    draft.set(UsageField.UPSTREAM_PROVIDER, draft.responseText("provider"));
    draft.set(UsageField.REQUEST_ID, captured.responseHeader("x-request-id"));
    draft.headersToMetadata(List.of("retry-after"));
    writeUsage(draft);
    draft.outcome();
    draft.finish();
  }

  private static void writeUsage(RecordDraft draft) {
    Captured captured = draft.captured();
    String usage = captured.response("usage");
    String billed = captured.response("billed_units");
    if (usage == null && billed == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage", "billed_units");
      return;
    }
    draft.usage(usage == null ? billed : usage);
    if (billed != null) {
      writeBilled(JsonText.parseObject(billed), draft);
    }
    if (usage != null) {
      writeTokens(JsonText.parseObject(usage), draft);
    }
    draft.totals(false);
  }

  private static void writeTokens(Map<String, Object> usage, RecordDraft draft) {
    UsageCounts counts = new UsageCounts(usage, draft);
    draft.set(UsageField.INPUT_TOKENS, counts.count("prompt_tokens", "total_tokens"));
    draft.set(UsageField.OUTPUT_TOKENS, counts.count("completion_tokens"));
    draft.set(UsageField.TOTAL_TOKENS_REPORTED, counts.count("total_tokens"));
    boolean charges = CHARGE_THEIR_COST.contains(draft.captured().provider());
    ReportedCost.write(usage, draft, charges ? "charged" : "estimate");
  }

  private static void writeBilled(Map<String, Object> billed, RecordDraft draft) {
    UsageCounts counts = new UsageCounts(billed, draft);
    Long searches = counts.count("search_units");
    draft.set(UsageField.BILLABLE, JsonText.write(Map.of("billed_units", billed)));
    draft.set(UsageField.INPUT_TOKENS, counts.count("input_tokens", "total_tokens"));
    if (searches != null) {
      draft.set(UsageField.SERVER_TOOL_REQUESTS, JsonText.write(Map.of("search_units", searches)));
    }
  }

  private static FieldPath error(String path) {
    return new FieldPath(path, path, FieldPath.Capture.LAST, MAX_ERROR_BYTES, Set.of());
  }
}

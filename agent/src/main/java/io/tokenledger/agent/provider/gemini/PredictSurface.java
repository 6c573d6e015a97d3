package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.decode.FieldPath;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code predict} and {@code predictLongRunning}. Embeddings of Vertex AI count tokens text by text
 * and characters over all; images (Imagen) and videos (Veo) report nothing.
 */
final class PredictSurface implements Surface {
  private static final String TOKENS = "token_counts";
  private static final String CHARACTERS = "billable_characters";

  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(FieldPath.last("model", "model")),
          List.of(
              FieldPath.each(TOKENS, "predictions[].embeddings.statistics.token_count"),
              FieldPath.sum("token_sum", "predictions[].embeddings.statistics.token_count"),
              FieldPath.last(CHARACTERS, "metadata.billableCharacterCount"),
              GeminiFields.ERROR),
          GeminiFields.REQUEST_HEADERS,
          GeminiFields.RESPONSE_HEADERS,
          new StreamEnd(null, Set.of()));

  private final String requestType;
  private final String withoutUsage;

  /**
   * @param withoutUsage why answers carry no usage, or null when they do
   */
  PredictSurface(String requestType, String withoutUsage) {
    this.requestType = requestType;
    this.withoutUsage = withoutUsage;
  }

  @Override
  public String withoutUsage() {
    return withoutUsage;
  }

  @Override
  public String api() {
    return "gemini.predict";
  }

  @Override
  public String requestType(boolean stream) {
    return requestType;
  }

  @Override
  public SurfaceFields fields() {
    return FIELDS;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    GeminiCall.write(draft);
    Object characters = draft.responseValue(CHARACTERS);
    if (characters != null) {
      draft.metadata(CHARACTERS, characters);
      draft.set(UsageField.BILLABLE, JsonText.write(Map.of("characters", characters)));
    }
    writeUsage(draft);
    draft.outcome();
    draft.finish();
  }

  /** What was counted text by text is the report, in a member of the same name. */
  private static void writeUsage(RecordDraft draft) {
    Object tokens = draft.responseValue(TOKENS);
    if (tokens == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, TOKENS);
      return;
    }
    Map<String, Object> sums = new LinkedHashMap<>();
    sums.put(TOKENS, draft.responseValue("token_sum"));
    draft.usage(JsonText.write(Map.of(TOKENS, tokens)));
    draft.set(UsageField.INPUT_TOKENS, new UsageCounts(sums, draft).count(TOKENS));
    draft.totals(false);
  }
}

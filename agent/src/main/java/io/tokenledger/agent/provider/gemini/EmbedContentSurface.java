package io.tokenledger.agent.provider.gemini;

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

/** {@code embedContent} and {@code batchEmbedContents}. Only newer models report their input. */
final class EmbedContentSurface implements Surface {
  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(FieldPath.last("model", "model")),
          List.of(
              GeminiFields.usage("usageMetadata"),
              FieldPath.last("model", "modelVersion"),
              GeminiFields.ERROR),
          GeminiFields.REQUEST_HEADERS,
          GeminiFields.RESPONSE_HEADERS,
          new StreamEnd(null, Set.of()));

  private final String withoutUsage;

  /**
   * @param withoutUsage why answers carry no usage, or null when they do
   */
  EmbedContentSurface(String withoutUsage) {
    this.withoutUsage = withoutUsage;
  }

  @Override
  public String withoutUsage() {
    return withoutUsage;
  }

  @Override
  public String api() {
    return "gemini.embedContent";
  }

  @Override
  public String requestType(boolean stream) {
    return "embedding";
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
    draft.set(UsageField.MODEL, draft.responseText("model"));
    String usage = captured.response("usage");
    if (usage == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
    } else {
      GeminiUsage.GENERATE.write(usage, draft);
      draft.totals(false);
    }
    draft.outcome();
    draft.finish();
  }
}

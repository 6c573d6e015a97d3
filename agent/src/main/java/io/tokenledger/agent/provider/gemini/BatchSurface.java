package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The read of a batch, which is polled until it is done and then holds all responses: one row with
 * the sums of their counts. Whoever reads it again gets the same, so it is claimed by the batch's
 * name.
 */
final class BatchSurface implements Surface {
  private static final String[] COUNTS = {
    "promptTokenCount",
    "toolUsePromptTokenCount",
    "cachedContentTokenCount",
    "candidatesTokenCount",
    "thoughtsTokenCount",
    "totalTokenCount"
  };

  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(),
          responseFields(),
          GeminiFields.REQUEST_HEADERS,
          GeminiFields.RESPONSE_HEADERS,
          new StreamEnd(null, Set.of()));

  @Override
  public String api() {
    return "gemini.batch";
  }

  @Override
  public String requestType(boolean stream) {
    return "batch";
  }

  @Override
  public SurfaceFields fields() {
    return FIELDS;
  }

  @Override
  public String repeats() {
    return "Every read of a finished batch repeats all of it; the batch's name is claimed once.";
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    GooglePath.write(draft);
    draft.set(UsageField.BATCH_ID, draft.responseText("name"));
    draft.metadata("batch_state", draft.responseText("state"));
    writeUsage(draft);
    draft.outcome();
    draft.finish();
  }

  private static void writeUsage(RecordDraft draft) {
    Map<String, Object> usage = draft.responseValues(COUNTS);
    boolean running = !Boolean.TRUE.equals(draft.responseValue("done"));
    if (usage.isEmpty() || running) {
      draft.usage(null);
      draft.explainMissingUsage(running ? UsageNote.LATER : UsageNote.NOT_REPORTED);
      return;
    }
    draft.set(UsageField.REQUEST_MODEL, draft.responseText("request_model"));
    draft.set(UsageField.MODEL, draft.responseText("model"));
    GeminiUsage.GENERATE.write(JsonText.write(usage), draft);
    draft.totals(true);
    draft.repeatable("gemini.batch", draft.get(UsageField.BATCH_ID));
  }

  private static List<FieldPath> responseFields() {
    String responses = "response.inlinedResponses.inlinedResponses[].response.";
    List<FieldPath> fields = new ArrayList<>();
    for (String count : COUNTS) {
      fields.add(FieldPath.sum(count, responses + "usageMetadata." + count));
    }
    fields.add(FieldPath.first("model", responses + "modelVersion"));
    fields.add(FieldPath.last("request_model", "metadata.model"));
    fields.add(FieldPath.last("state", "metadata.state"));
    fields.add(FieldPath.last("name", "name"));
    fields.add(FieldPath.last("done", "done"));
    fields.add(GeminiFields.ERROR);
    return List.copyOf(fields);
  }
}

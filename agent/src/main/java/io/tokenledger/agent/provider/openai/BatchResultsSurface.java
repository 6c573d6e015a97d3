package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.decode.StreamForm;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.ProviderError;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * The result file of a batch: each line is the answer to one of its requests, in the shape of the
 * API that the batch was for, and is a row of its own. The file may be fetched again, so each line
 * is claimed by its id.
 */
final class BatchResultsSurface implements Surface {
  private static final String BODY = "response.body.";
  private static final String USAGE = BODY + "usage";

  private static final List<String> MEMBERS =
      List.of(
          "id",
          "custom_id",
          "response.status_code",
          "response.request_id",
          BODY + "id",
          BODY + "object",
          BODY + "model",
          BODY + "service_tier",
          BODY + "status",
          BODY + "incomplete_details.reason");

  private static final List<FieldPath> FIELDS = responseFields();

  private final HostTraits host;
  private final SurfaceFields fields;

  BatchResultsSurface(HostTraits host) {
    this.host = host;
    SurfaceFields kept = OpenAiFields.of(List.of(), FIELDS, OpenAiFields.NO_STREAM, host);
    fields =
        new SurfaceFields(
            kept.request(),
            kept.response(),
            kept.requestHeaders(),
            kept.responseHeaders(),
            kept.streamEnd(),
            StreamForm.RECORDS);
  }

  @Override
  public String api() {
    return "openai.batch.results";
  }

  @Override
  public String requestType(boolean stream) {
    return "batch";
  }

  @Override
  public SurfaceFields fields() {
    return fields;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    ProviderError error = error(draft);
    draft.answered(this);
    OpenAiCall.write(draft, host, List.of());
    draft.set(UsageField.CUSTOM_ID, draft.responseText("custom_id"));
    draft.set(UsageField.REQUEST_ID, draft.responseText("response.request_id"));
    draft.set(UsageField.MODEL, draft.responseText(BODY + "model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText(BODY + "id"));
    draft.set(UsageField.SERVICE_TIER, draft.responseText(BODY + "service_tier"));
    draft.set(UsageField.STOP_REASON, stopReason(draft));
    draft.metadata("result", error == null ? "succeeded" : "errored");
    draft.metadata("line_id", draft.responseText("id"));
    draft.metadata("line_status", draft.responseValue("response.status_code"));
    writeUsage(draft);
    draft.outcome(error);
    draft.finish();
  }

  /** Any other file may be fetched at the same path. */
  @Override
  public boolean isResult(Captured line) {
    return line.response("custom_id") != null
        && (line.response("response.status_code") != null || line.response("error") != null);
  }

  private void writeUsage(RecordDraft draft) {
    String usage = draft.captured().response(USAGE);
    if (usage == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, USAGE);
      return;
    }
    OpenAiUsage.write(usage, draft, host);
    draft.totals(!"list".equals(draft.responseText(BODY + "object"))); // a list is of embeddings
    draft.repeatable("openai.batch.results", draft.responseText("id"));
  }

  private static String stopReason(RecordDraft draft) {
    for (String reason : draft.captured().tally("finish_reasons").keySet()) {
      return reason;
    }
    String incomplete = draft.responseText(BODY + "incomplete_details.reason");
    return incomplete == null ? draft.responseText(BODY + "status") : incomplete;
  }

  /** Of the line (expired, cancelled), or of the answer in it. */
  private static ProviderError error(RecordDraft draft) {
    return ProviderError.ofMember(draft.responseValue("error", BODY + "error"));
  }

  private static List<FieldPath> responseFields() {
    List<FieldPath> fields = new ArrayList<>();
    fields.addAll(OpenAiFields.named(MEMBERS));
    fields.add(OpenAiFields.error("error"));
    fields.add(OpenAiFields.error(BODY + "error"));
    fields.add(
        FieldPath.usage(
            USAGE, USAGE, "prompt_tokens", "input_tokens", "completion_tokens", "total_tokens"));
    fields.add(FieldPath.tally("finish_reasons", BODY + "choices[].finish_reason"));
    return List.copyOf(fields);
  }

  @Override
  public String repeats() {
    return "A result file may be fetched again: each line is counted once per host, account and id.";
  }
}

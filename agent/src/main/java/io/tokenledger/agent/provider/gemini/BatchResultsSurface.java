package io.tokenledger.agent.provider.gemini;

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
 * The result file of a batch that was given as a file: each line has the key of a request and its
 * {@code response} or {@code error}, and is a row of its own. The file may be fetched again, so
 * each line is claimed by file and key.
 */
final class BatchResultsSurface implements Surface {
  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(),
          List.of(
              GeminiFields.usage("response.usageMetadata"),
              FieldPath.last("key", "key"),
              FieldPath.last("model", "response.modelVersion"),
              FieldPath.last("id", "response.responseId"),
              FieldPath.last("finish_reason", "response.candidates[0].finishReason"),
              FieldPath.last("block_reason", "response.promptFeedback.blockReason"),
              GeminiFields.ERROR),
          GeminiFields.REQUEST_HEADERS,
          GeminiFields.RESPONSE_HEADERS,
          new StreamEnd(null, Set.of()),
          StreamForm.RECORDS);

  @Override
  public String api() {
    return "gemini.batch.results";
  }

  @Override
  public String requestType(boolean stream) {
    return "batch";
  }

  @Override
  public SurfaceFields fields() {
    return FIELDS;
  }

  /** Any other file is fetched at the same path. */
  @Override
  public boolean isResult(Captured line) {
    return line.response("usage") != null
        || line.response("key") != null
            && (line.response("error") != null || line.response("finish_reason") != null);
  }

  @Override
  public String repeats() {
    return "A result file may be fetched again: each line is counted once per file and key.";
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    ProviderError error = ProviderError.ofMember(draft.responseValue("error"));
    draft.answered(this);
    GooglePath.write(draft);
    draft.set(UsageField.CUSTOM_ID, draft.responseText("key"));
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    draft.set(UsageField.STOP_REASON, draft.responseText("finish_reason", "block_reason"));
    draft.metadata("result", error == null ? "succeeded" : "errored");
    String usage = captured.response("usage");
    if (usage == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
    } else {
      GeminiUsage.GENERATE.write(usage, draft);
      draft.totals(true);
      draft.repeatable(api(), file(captured.target().path()) + "/" + draft.responseText("key"));
    }
    draft.outcome(error);
    draft.finish();
  }

  /** {@code files/<id>}, which is the file's name. */
  private static String file(String path) {
    return path.substring(path.lastIndexOf("/files/") + 1, path.lastIndexOf(':'));
  }
}

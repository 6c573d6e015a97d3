package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.decode.FieldPath;
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
 * Runs of assistants: started, changed, or read again and again until they end. The usage comes
 * with the end, and every later read repeats it, so it is claimed by the run's id. A stream carries
 * the usage of each step, too; the run has their sum, so only what a run says of itself counts.
 */
final class RunsSurface implements Surface {
  private static final String RUN = "thread.run";
  private static final Set<String> ENDED =
      Set.of("completed", "incomplete", "failed", "cancelled", "expired");

  private static final List<String> REQUEST_METADATA =
      List.of("assistant_id", "max_prompt_tokens", "max_completion_tokens", "reasoning_effort");

  private static final List<FieldPath> REQUEST_FIELDS =
      OpenAiFields.concat(OpenAiFields.REQUEST, OpenAiFields.named(REQUEST_METADATA));

  private static final List<FieldPath> RESPONSE_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.ERROR,
          List.of(
              FieldPath.usage(
                  "usage", "usage", "prompt_tokens", "completion_tokens", "total_tokens"),
              FieldPath.last("id", "id"),
              FieldPath.last("object", "object"),
              FieldPath.last("run_id", "run_id"),
              FieldPath.last("model", "model"),
              FieldPath.last("status", "status"),
              FieldPath.last("incomplete_details.reason", "incomplete_details.reason"),
              FieldPath.last("thread_id", "thread_id"),
              FieldPath.last("assistant_id", "assistant_id"),
              OpenAiFields.error("last_error"),
              FieldPath.seen("first_token", "delta")));

  private static final StreamEnd STREAM_END = new StreamEnd("[DONE]", Set.of());

  private final HostTraits host;
  private final SurfaceFields fields;

  RunsSurface(HostTraits host) {
    this.host = host;
    fields = OpenAiFields.of(REQUEST_FIELDS, RESPONSE_FIELDS, STREAM_END, host);
  }

  @Override
  public String api() {
    return "openai.threads.runs";
  }

  @Override
  public String requestType(boolean stream) {
    return stream ? "chat_stream" : "chat";
  }

  @Override
  public SurfaceFields fields() {
    return fields;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    boolean ofRun = RUN.equals(draft.responseText("object"));
    String status = ofRun ? draft.responseText("status") : null;
    draft.answered(this);
    draft.withoutMetadata("stream_complete"); // the columns say it; the API has no word of its own
    OpenAiCall.write(draft, host, REQUEST_METADATA);
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText(ofRun ? "id" : "run_id"));
    draft.set(UsageField.STOP_REASON, status);
    draft.metadata("incomplete_reason", draft.responseText("incomplete_details.reason"));
    draft.metadata("thread_id", draft.responseText("thread_id"));
    draft.metadata("assistant_id", draft.responseText("assistant_id"));
    writeUsage(draft, status);
    draft.outcome(
        "failed".equals(status) ? ProviderError.ofMember(draft.responseValue("last_error")) : null);
    draft.finish();
  }

  /** A run that waits for the application's tools may follow a step's usage; it has none itself. */
  private void writeUsage(RecordDraft draft, String status) {
    String usage = draft.captured().response("usage");
    boolean ended = status != null && ENDED.contains(status);
    if (usage != null && ended) {
      OpenAiUsage.write(usage, draft, host);
      draft.totals(true);
      draft.repeatable("openai.threads.runs", draft.get(UsageField.RESPONSE_ID));
      return;
    }
    draft.usage(null);
    boolean running = status != null && !ended;
    draft.explainMissingUsage(running ? UsageNote.LATER : UsageNote.NOT_REPORTED, "usage");
  }

  @Override
  public String repeats() {
    return "Reads of a run that ended repeat its usage: counted once per host, account and run.";
  }
}

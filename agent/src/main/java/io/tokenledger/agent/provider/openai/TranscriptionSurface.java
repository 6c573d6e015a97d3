package io.tokenledger.agent.provider.openai;

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
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Speech to text. The usage is in tokens, or, for models that are charged by time, in seconds:
 * {@code {"type":"duration","seconds":9}}. Plain text and subtitles come without any.
 */
final class TranscriptionSurface implements Surface {
  private static final List<String> REQUEST_METADATA = List.of("response_format", "language");

  private static final List<FieldPath> REQUEST_FIELDS =
      OpenAiFields.concat(OpenAiFields.REQUEST, OpenAiFields.named(REQUEST_METADATA));

  private static final List<FieldPath> RESPONSE_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.ERROR,
          List.of(
              FieldPath.usage(
                  "usage", "usage", "input_tokens", "prompt_tokens", "total_tokens", "seconds"),
              FieldPath.last("id", "id"),
              FieldPath.last("model", "model"),
              FieldPath.seen("first_token", "delta")));

  private static final StreamEnd STREAM_END =
      new StreamEnd("[DONE]", Set.of("transcript.text.done"));

  private final String api;
  private final HostTraits host;
  private final SurfaceFields fields;

  /**
   * @param api {@code openai.audio.transcriptions} or {@code openai.audio.translations}
   */
  TranscriptionSurface(String api, HostTraits host) {
    this.api = api;
    this.host = host;
    fields = OpenAiFields.of(REQUEST_FIELDS, RESPONSE_FIELDS, STREAM_END, host);
  }

  @Override
  public String api() {
    return api;
  }

  @Override
  public String requestType(boolean stream) {
    return "transcription";
  }

  @Override
  public String withoutUsage() {
    return "some models and response formats report none.";
  }

  @Override
  public SurfaceFields fields() {
    return fields;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    draft.withoutMetadata("stream_complete"); // the columns say it; the API has no word of its own
    OpenAiCall.write(draft, host, REQUEST_METADATA);
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    writeUsage(draft);
    draft.outcome();
    draft.finish();
  }

  private void writeUsage(RecordDraft draft) {
    String usage = draft.captured().response("usage");
    if (usage == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
      return;
    }
    OpenAiUsage.write(usage, draft, host);
    draft.totals(true);
    // Seconds may be a fraction, so they are no count; the digits stay as written.
    Object seconds = JsonText.parseObject(usage).get("seconds");
    if (seconds instanceof Number) {
      draft.set(UsageField.BILLABLE, JsonText.write(Map.of("duration_seconds", seconds)));
    }
  }
}

package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;

/** An API whose answers never report usage: speech (audio bytes) and moderation (free). */
final class SilentSurface implements Surface {
  private static final List<FieldPath> REQUEST_FIELDS =
      OpenAiFields.concat(OpenAiFields.REQUEST, List.of(FieldPath.last("voice", "voice")));

  private static final List<FieldPath> RESPONSE_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.ERROR,
          List.of(FieldPath.last("id", "id"), FieldPath.last("model", "model")));

  private final String api;
  private final String requestType;
  private final String reason;
  private final HostTraits host;
  private final SurfaceFields fields;

  /**
   * @param reason why there is no usage, in one sentence
   */
  SilentSurface(String api, String requestType, String reason, HostTraits host) {
    this.api = api;
    this.requestType = requestType;
    this.reason = reason;
    this.host = host;
    fields = OpenAiFields.of(REQUEST_FIELDS, RESPONSE_FIELDS, OpenAiFields.NO_STREAM, host);
  }

  @Override
  public String api() {
    return api;
  }

  @Override
  public String requestType(boolean stream) {
    return requestType;
  }

  @Override
  public SurfaceFields fields() {
    return fields;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    OpenAiCall.write(draft, host, List.of("voice"));
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    draft.usage(null);
    draft.explainMissingUsage(UsageNote.NOT_REPORTED);
    draft.outcome();
    draft.finish();
  }

  @Override
  public String withoutUsage() {
    return reason;
  }
}

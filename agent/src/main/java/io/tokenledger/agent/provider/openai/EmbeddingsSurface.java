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

/** Embeddings: input only, never a stream. A host that gives only a total means the input by it. */
final class EmbeddingsSurface implements Surface {
  private static final List<FieldPath> RESPONSE_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.ERROR,
          List.of(
              FieldPath.usage("usage", "usage", "prompt_tokens", "total_tokens"),
              FieldPath.last("id", "id"),
              FieldPath.last("model", "model")));

  private static final List<FieldPath> REQUEST_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.REQUEST, List.of(FieldPath.last("dimensions", "dimensions")));

  private final HostTraits host;
  private final SurfaceFields fields;

  EmbeddingsSurface(HostTraits host) {
    this.host = host;
    List<FieldPath> response = OpenAiFields.concat(RESPONSE_FIELDS, OpenAiFields.ofHost(host));
    fields = OpenAiFields.of(REQUEST_FIELDS, response, OpenAiFields.NO_STREAM, host);
  }

  @Override
  public String api() {
    return "openai.embeddings";
  }

  @Override
  public String requestType(boolean stream) {
    return "embedding";
  }

  @Override
  public SurfaceFields fields() {
    return fields;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    OpenAiCall.write(draft, host, List.of("dimensions"));
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    String usage = captured.response("usage");
    if (usage == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
    } else {
      OpenAiUsage.write(usage, draft, host);
      if (draft.get(UsageField.INPUT_TOKENS) == null && !draft.hasAnomaly()) {
        draft.set(UsageField.INPUT_TOKENS, draft.get(UsageField.TOTAL_TOKENS_REPORTED));
      }
      draft.totals(false);
    }
    draft.outcome();
    draft.finish();
  }
}

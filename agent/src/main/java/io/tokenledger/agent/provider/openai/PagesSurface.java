package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import java.util.Map;

/** Text recognition (Mistral's OCR): charged by the page, reported in {@code usage_info}. */
final class PagesSurface implements Surface {
  private static final List<FieldPath> RESPONSE_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.ERROR,
          List.of(
              FieldPath.usage("usage_info", "usage_info", "pages_processed"),
              FieldPath.last("model", "model")));

  private final HostTraits host;
  private final SurfaceFields fields;

  PagesSurface(HostTraits host) {
    this.host = host;
    fields = OpenAiFields.of(OpenAiFields.REQUEST, RESPONSE_FIELDS, OpenAiFields.NO_STREAM, host);
  }

  @Override
  public String api() {
    return "mistral.ocr";
  }

  @Override
  public String requestType(boolean stream) {
    return "ocr";
  }

  @Override
  public SurfaceFields fields() {
    return fields;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    OpenAiCall.write(draft, host, List.of());
    draft.set(UsageField.MODEL, draft.responseText("model"));
    String usage = captured.response("usage_info");
    draft.usage(usage);
    if (usage == null) {
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage_info");
    } else {
      Long pages = new UsageCounts(JsonText.parseObject(usage), draft).count("pages_processed");
      if (pages != null) {
        draft.set(UsageField.BILLABLE, JsonText.write(Map.of("pages_processed", pages)));
      }
    }
    draft.outcome();
    draft.finish();
  }
}

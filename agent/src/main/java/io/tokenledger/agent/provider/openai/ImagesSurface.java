package io.tokenledger.agent.provider.openai;

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

/**
 * Images, generated or edited. Newer models report tokens, xAI its cost alone, older ones nothing:
 * what those cost follows from the number, size and quality that were asked for, so these are kept.
 */
final class ImagesSurface implements Surface {
  private static final List<String> REQUEST_METADATA =
      List.of("n", "size", "quality", "output_format");

  private static final List<FieldPath> REQUEST_FIELDS =
      OpenAiFields.concat(OpenAiFields.REQUEST, OpenAiFields.named(REQUEST_METADATA));

  private static final List<FieldPath> RESPONSE_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.ERROR,
          List.of(
              FieldPath.usage(
                  "usage", "usage", "input_tokens", "total_tokens", "cost_in_usd_ticks", "cost"),
              FieldPath.last("model", "model"),
              FieldPath.last("size", "size"),
              FieldPath.last("quality", "quality"),
              FieldPath.seen("first_token", "b64_json")));

  private static final StreamEnd STREAM_END =
      new StreamEnd(null, Set.of("image_generation.completed", "image_edit.completed"));

  private final HostTraits host;
  private final SurfaceFields fields;

  ImagesSurface(HostTraits host) {
    this.host = host;
    fields = OpenAiFields.of(REQUEST_FIELDS, RESPONSE_FIELDS, STREAM_END, host);
  }

  @Override
  public String api() {
    return "openai.images";
  }

  @Override
  public String requestType(boolean stream) {
    return "image";
  }

  @Override
  public String withoutUsage() {
    return "models before gpt-image report none, and some hosts report the cost alone.";
  }

  @Override
  public SurfaceFields fields() {
    return fields;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    OpenAiCall.write(draft, host, REQUEST_METADATA);
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.metadata("image_size", draft.responseText("size"));
    draft.metadata("image_quality", draft.responseText("quality"));
    String usage = captured.response("usage");
    if (usage == null) {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
    } else {
      OpenAiUsage.write(usage, draft, host);
      draft.totals(true);
    }
    draft.outcome();
    draft.finish();
  }
}

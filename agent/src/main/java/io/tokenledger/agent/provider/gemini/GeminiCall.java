package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.record.UsageField;
import java.util.List;

/** The columns of a call that Google's surfaces fill alike. */
final class GeminiCall {
  private GeminiCall() {}

  /** Model, tiers, place and account. The tier of the answer's header gives way to its body's. */
  static void write(RecordDraft draft) {
    String model = draft.requestText("model");
    String path = draft.captured().target().path();
    draft.set(UsageField.REQUEST_MODEL, model == null ? GooglePath.model(path) : model);
    draft.set(UsageField.REQUESTED_SERVICE_TIER, draft.requestText("service_tier"));
    draft.set(UsageField.SERVICE_TIER, draft.captured().responseHeader(GeminiFields.SERVICE_TIER));
    GooglePath.write(draft);
    draft.headersToMetadata(List.of("retry-after"));
  }
}

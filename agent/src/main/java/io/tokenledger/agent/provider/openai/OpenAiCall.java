package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.SdkRetries;
import io.tokenledger.record.UsageField;
import java.util.List;
import java.util.Map;

/** The columns of a call that every surface of the OpenAI family fills alike. */
final class OpenAiCall {
  private OpenAiCall() {}

  /** Request facts, headers and limits; {@code extra} are request fields kept as metadata. */
  static void write(RecordDraft draft, List<String> extra) {
    draft.set(UsageField.REQUEST_MODEL, draft.requestText("model"));
    draft.set(UsageField.REQUESTED_SERVICE_TIER, draft.requestText("service_tier"));
    draft.setIfAbsent(UsageField.USER_ID, draft.requestText("safety_identifier", "user"));
    draft.set(UsageField.REQUEST_ID, draft.captured().responseHeader("x-request-id"));
    draft.set(UsageField.BILLING_ACCOUNT, draft.header("openai-organization"));
    draft.set(UsageField.BILLING_PROJECT, draft.header("openai-project"));
    draft.set(UsageField.ATTEMPT, SdkRetries.attempt(draft.captured()));
    draft.headersToMetadata(OpenAiFields.RATE_LIMIT_HEADERS);
    draft.requestToMetadata(extra);
    draft.metadata("request_metadata", draft.requestObject("metadata"));
    Map<String, Long> tools = draft.captured().tally("tools");
    draft.metadata("request_tools", tools.isEmpty() ? null : tools);
  }
}

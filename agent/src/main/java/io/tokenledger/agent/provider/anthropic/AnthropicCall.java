package io.tokenledger.agent.provider.anthropic;

import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.SdkRetries;
import io.tokenledger.record.UsageField;

/**
 * The columns that every call of Anthropic's language fills alike. Vertex AI has model and region
 * in the path: {@code
 * /v1/projects/<project>/locations/<region>/publishers/anthropic/models/<model>:rawPredict}.
 */
final class AnthropicCall {
  private AnthropicCall() {}

  static void write(RecordDraft draft) {
    Captured captured = draft.captured();
    String path = captured.target().path();
    String model = draft.requestText("model");
    draft.set(UsageField.REQUEST_MODEL, model == null ? between(path, "/models/", ':') : model);
    draft.set(UsageField.REGION, between(path, "/locations/", '/'));
    draft.set(UsageField.BILLING_PROJECT, between(path, "/projects/", '/'));
    draft.setIfAbsent(UsageField.USER_ID, draft.requestText("metadata.user_id"));
    draft.set(UsageField.ATTEMPT, SdkRetries.attempt(captured));
    draft.set(UsageField.BILLING_ACCOUNT, captured.responseHeader("anthropic-organization-id"));
    String requestId = captured.responseHeader("request-id");
    draft.set(
        UsageField.REQUEST_ID, requestId == null ? draft.responseText("request_id") : requestId);
    draft.headersToMetadata(AnthropicHeaders.RATE_LIMITS);
  }

  private static String between(String path, String before, char after) {
    int at = path.indexOf(before);
    int start = at + before.length();
    int end = at < 0 ? -1 : path.indexOf(after, start);
    return end > start ? path.substring(start, end) : null;
  }
}

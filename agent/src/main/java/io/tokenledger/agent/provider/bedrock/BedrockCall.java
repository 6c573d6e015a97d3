package io.tokenledger.agent.provider.bedrock;

import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.ProviderError;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.record.UsageField;

/** The columns of a call that do not depend on the surface. */
final class BedrockCall {
  private BedrockCall() {}

  /**
   * Writes ids, models and tiers. Bedrock's own bodies name no model: the one that was asked for is
   * in the path, and it answered unless the body or the reply's status says otherwise.
   *
   * @param model as the body names it, or null
   * @param responseId the body's own id, or null
   */
  static void write(RecordDraft draft, String model, String responseId) {
    Captured captured = draft.captured();
    String asked = ModelPath.modelId(captured.target().path());
    String requestId = captured.responseHeader(BedrockFields.REQUEST_ID);
    draft.set(UsageField.REQUEST_MODEL, asked);
    draft.set(UsageField.REQUEST_ID, requestId);
    if (answers(captured)) {
      draft.set(UsageField.MODEL, model == null ? asked : model);
      draft.set(UsageField.RESPONSE_ID, responseId == null ? requestId : responseId);
    }
    draft.headersToMetadata(BedrockFields.KEPT_HEADERS);
  }

  /** True when the call got as far as a model. */
  static boolean answers(Captured captured) {
    return captured.status() != null && captured.status() < 400;
  }

  /** What went wrong: an exception inside the stream, or a failed reply's header and message. */
  static ProviderError error(RecordDraft draft, String message) {
    String exception = draft.responseText("exception.type");
    if (exception != null) {
      return new ProviderError(exception, null, draft.responseText("exception.message"));
    }
    Captured captured = draft.captured();
    String type = type(captured.responseHeader(BedrockFields.ERROR_TYPE));
    boolean failed = captured.status() != null && captured.status() >= 400;
    return failed && (type != null || message != null)
        ? new ProviderError(type, null, message)
        : null;
  }

  /** {@code ValidationException:http://internal.amazon.com/...}: what follows names a schema. */
  private static String type(String header) {
    if (header == null) {
      return null;
    }
    int colon = header.indexOf(':');
    return colon < 0 ? header : header.substring(0, colon);
  }
}

package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.provider.PathSegment;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.record.UsageField;

/** Facts that stand in the paths of Google's calls. Ledger thread only. */
final class GooglePath {
  private GooglePath() {}

  /** The name before the method, such as the model in {@code /models/<model>:generateContent}. */
  static String model(String path) {
    int start = path.lastIndexOf('/') + 1;
    int colon = path.lastIndexOf(':');
    return colon > start ? path.substring(start, colon) : null;
  }

  /** Project and location of a Vertex AI path; a Gemini API path has none. */
  static void write(RecordDraft draft) {
    String path = draft.captured().target().path();
    draft.set(UsageField.REGION, PathSegment.after(path, "/locations/"));
    String project = draft.captured().requestHeader(GeminiFields.USER_PROJECT);
    draft.set(
        UsageField.BILLING_PROJECT,
        project == null ? PathSegment.after(path, "/projects/") : project);
  }
}

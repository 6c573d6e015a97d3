package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.decode.FieldPath;
import java.util.Set;

/** Fields and headers that Google's surfaces share. */
final class GeminiFields {
  /** Names another project to charge than the caller's own. */
  static final String USER_PROJECT = "x-goog-user-project";

  static final String SERVICE_TIER = "x-gemini-service-tier";

  static final Set<String> REQUEST_HEADERS = Set.of(USER_PROJECT);
  static final Set<String> RESPONSE_HEADERS = Set.of(SERVICE_TIER, "retry-after");

  static final FieldPath ERROR =
      new FieldPath("error", "error", FieldPath.Capture.LAST, 8 * 1024, Set.of());

  private GeminiFields() {}

  /** A usage object of generateContent; early chunks of Vertex AI hold a tier and no counts. */
  static FieldPath usage(String path) {
    return FieldPath.usage("usage", path, "promptTokenCount", "totalTokenCount");
  }
}

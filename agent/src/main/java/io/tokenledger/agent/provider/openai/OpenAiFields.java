package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.SdkRetries;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Fields and headers that the surfaces of the OpenAI family share. */
final class OpenAiFields {
  /** A message of a failed request quotes parts of it; the column keeps 1,000 characters. */
  private static final int MAX_ERROR_BYTES = 8 * 1024;

  private static final int MAX_METADATA_BYTES = 4 * 1024;

  static final List<FieldPath> REQUEST =
      List.of(
          FieldPath.last("model", "model"),
          FieldPath.last("stream", "stream"),
          FieldPath.last("service_tier", "service_tier"),
          FieldPath.last("user", "user"),
          FieldPath.last("safety_identifier", "safety_identifier"),
          new FieldPath(
              "metadata", "metadata", FieldPath.Capture.LAST, MAX_METADATA_BYTES, Set.of()),
          FieldPath.last("store", "store"),
          FieldPath.tally("tools", "tools[].type"));

  /** Error bodies, also of hosts that write the members of {@code error} at the top. */
  static final List<FieldPath> ERROR =
      List.of(
          error("error"),
          FieldPath.last("type", "type"),
          FieldPath.last("code", "code"),
          error("message"),
          error("detail"));

  static final Set<String> RATE_LIMIT_HEADERS = rateLimitHeaders();

  static final Set<String> RESPONSE_HEADERS = responseHeaders();

  static final Set<String> REQUEST_HEADERS =
      Set.of("openai-organization", "openai-project", SdkRetries.HEADER);

  private OpenAiFields() {}

  /** A field of an error, under its path's own name. */
  static FieldPath error(String path) {
    return new FieldPath(path, path, FieldPath.Capture.LAST, MAX_ERROR_BYTES, Set.of());
  }

  @SafeVarargs
  static List<FieldPath> concat(List<FieldPath>... parts) {
    List<FieldPath> all = new ArrayList<>();
    for (List<FieldPath> part : parts) {
      all.addAll(part);
    }
    return List.copyOf(all);
  }

  private static Set<String> rateLimitHeaders() {
    Set<String> names = new HashSet<>();
    for (String value : List.of("limit", "remaining", "reset")) {
      for (String kind : List.of("requests", "tokens", "tokens_usage_based", "input-images")) {
        names.add("x-ratelimit-" + value + "-" + kind);
      }
    }
    names.add("retry-after");
    names.add("retry-after-ms");
    return Set.copyOf(names);
  }

  private static Set<String> responseHeaders() {
    Set<String> names = new HashSet<>(RATE_LIMIT_HEADERS);
    names.add("x-request-id");
    names.add("openai-organization");
    names.add("openai-project");
    return Set.copyOf(names);
  }
}

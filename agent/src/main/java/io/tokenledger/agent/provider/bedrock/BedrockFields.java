package io.tokenledger.agent.provider.bedrock;

import io.tokenledger.agent.decode.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Fields and headers that Bedrock's surfaces share. */
final class BedrockFields {
  static final String REQUEST_ID = "x-amzn-requestid";
  static final String ERROR_TYPE = "x-amzn-errortype";
  static final String SERVICE_TIER = "x-amzn-bedrock-service-tier";
  static final String LATENCY = "x-amzn-bedrock-performanceconfig-latency";

  /** A message of a failed request quotes parts of it; the column keeps 1,000 characters. */
  private static final int MAX_ERROR_BYTES = 8 * 1024;

  /** An exception ends a stream from inside: {@code throttlingException} and the like. */
  static final List<FieldPath> EXCEPTION =
      List.of(
          FieldPath.last("exception.type", "exception.type"),
          text("exception.message", "exception.body.message"));

  static final Set<String> KEPT_HEADERS =
      Set.of("retry-after", "x-amzn-bedrock-invocation-latency");

  private BedrockFields() {}

  /** A text of some length. */
  static FieldPath text(String name, String path) {
    return new FieldPath(name, path, FieldPath.Capture.LAST, MAX_ERROR_BYTES, Set.of());
  }

  /** One field that stands at different places; the last that is seen anywhere counts. */
  static List<FieldPath> anyOf(String name, String... paths) {
    List<FieldPath> fields = new ArrayList<>();
    for (String path : paths) {
      fields.add(FieldPath.last(name, path));
    }
    return fields;
  }

  /** When the first content came, whichever of these paths had it. */
  static List<FieldPath> content(String... paths) {
    List<FieldPath> fields = new ArrayList<>();
    for (String path : paths) {
      fields.add(FieldPath.seen("first_token." + path, path));
    }
    return fields;
  }

  /** The usage object at any of these places. */
  static List<FieldPath> usage(List<String> paths, String... needs) {
    List<FieldPath> fields = new ArrayList<>();
    for (String path : paths) {
      fields.add(FieldPath.usage("usage", path, needs));
    }
    return fields;
  }

  @SafeVarargs
  static List<FieldPath> concat(List<FieldPath>... parts) {
    List<FieldPath> all = new ArrayList<>();
    for (List<FieldPath> part : parts) {
      all.addAll(part);
    }
    return List.copyOf(all);
  }
}

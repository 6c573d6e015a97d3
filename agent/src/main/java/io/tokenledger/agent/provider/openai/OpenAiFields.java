package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.SdkRetries;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Fields and headers that the surfaces of the OpenAI family share. */
final class OpenAiFields {
  /** A message of a failed request quotes parts of it; the column keeps 1,000 characters. */
  private static final int MAX_ERROR_BYTES = 8 * 1024;

  private static final int MAX_METADATA_BYTES = 4 * 1024;
  private static final int MAX_BREAKDOWN_BYTES = 8 * 1024;

  /** What a LiteLLM proxy, on whatever host, says that a call cost. */
  static final String PROXY_COST = "x-litellm-response-cost";

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

  static final Set<String> REQUEST_HEADERS =
      Set.of("openai-organization", "openai-project", SdkRetries.HEADER);

  static final StreamEnd NO_STREAM = new StreamEnd(null, Set.of());

  private static final List<String> RESPONSE_HEADERS =
      List.of("openai-organization", "openai-project", "retry-after", "retry-after-ms", PROXY_COST);

  private OpenAiFields() {}

  /** What a surface keeps at a host, with the headers that the family and the host have. */
  static SurfaceFields of(
      List<FieldPath> request, List<FieldPath> response, StreamEnd end, HostTraits host) {
    Set<String> headers = new HashSet<>(RESPONSE_HEADERS);
    headers.addAll(host.headerColumns().keySet());
    headers.addAll(host.keptHeaders());
    return new SurfaceFields(request, response, REQUEST_HEADERS, headers, end);
  }

  /** The response fields that only this host has, each under its path's own name. */
  static List<FieldPath> ofHost(HostTraits host) {
    List<FieldPath> fields = new ArrayList<>();
    fields.addAll(named(host.fieldColumns().keySet()));
    fields.addAll(named(host.keptFields().keySet()));
    for (String path : host.breakdowns()) {
      fields.add(new FieldPath(path, path, FieldPath.Capture.LAST, MAX_BREAKDOWN_BYTES, Set.of()));
    }
    return fields;
  }

  /** Fields under their paths' own names. */
  static List<FieldPath> named(Iterable<String> paths) {
    List<FieldPath> fields = new ArrayList<>();
    for (String path : paths) {
      fields.add(FieldPath.last(path, path));
    }
    return fields;
  }

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
}

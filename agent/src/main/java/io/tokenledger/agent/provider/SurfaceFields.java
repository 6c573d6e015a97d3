package io.tokenledger.agent.provider;

import io.tokenledger.agent.decode.FieldPath;
import java.util.List;
import java.util.Set;

/**
 * What a surface keeps of an exchange. Immutable.
 *
 * @param request fields of the request body (JSON); may be empty
 * @param response fields of a response body, or of each event's data
 * @param requestHeaders names of request headers to keep, lower case; never a credential
 * @param responseHeaders names of response headers to keep, lower case
 * @param streamEnd how a stream ends
 */
public record SurfaceFields(
    List<FieldPath> request,
    List<FieldPath> response,
    Set<String> requestHeaders,
    Set<String> responseHeaders,
    StreamEnd streamEnd) {

  public SurfaceFields {
    request = List.copyOf(request);
    response = List.copyOf(response);
    requestHeaders = Set.copyOf(requestHeaders);
    responseHeaders = Set.copyOf(responseHeaders);
  }

  /**
   * The terminal event of a stream: a literal line of data, or a value of the data's own top-level
   * {@code type}.
   *
   * @param data such as {@code [DONE]}, or null
   * @param types such as {@code message_stop}; may be empty
   */
  public record StreamEnd(String data, Set<String> types) {
    public StreamEnd {
      types = Set.copyOf(types);
    }
  }
}

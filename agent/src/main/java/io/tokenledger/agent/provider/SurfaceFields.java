package io.tokenledger.agent.provider;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.decode.StreamForm;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a surface keeps of an exchange. Immutable.
 *
 * @param request fields of the request body (JSON); may be empty
 * @param response fields of a response body, or of each event's data
 * @param requestHeaders names of request headers to keep, lower case; never a credential
 * @param responseHeaders names of response headers to keep, lower case
 * @param streamEnd how a stream ends
 * @param form how bodies are cut where content type and first bytes leave it open
 */
public record SurfaceFields(
    List<FieldPath> request,
    List<FieldPath> response,
    Set<String> requestHeaders,
    Set<String> responseHeaders,
    StreamEnd streamEnd,
    StreamForm form) {

  public SurfaceFields {
    request = List.copyOf(request);
    response = List.copyOf(response);
    requestHeaders = Set.copyOf(requestHeaders);
    responseHeaders = Set.copyOf(responseHeaders);
  }

  /** Fields of a surface whose bodies say themselves how they are cut. */
  public SurfaceFields(
      List<FieldPath> request,
      List<FieldPath> response,
      Set<String> requestHeaders,
      Set<String> responseHeaders,
      StreamEnd streamEnd) {
    this(request, response, requestHeaders, responseHeaders, streamEnd, StreamForm.EVENTS);
  }

  /**
   * How a stream says that it came to its end: by a terminal event, which is a literal line of data
   * or a value of one of the data's own top-level members; or, where no event is the last for sure,
   * by fields that a whole stream has.
   *
   * @param data such as {@code [DONE]}, or null
   * @param types such as {@code message_stop}, or types of events of an AWS event stream; may be
   *     empty
   * @param member the member that has one of {@code types}
   * @param fields names of response fields; a stream that ends with none of them was cut; may be
   *     empty
   */
  public record StreamEnd(String data, Set<String> types, String member, Set<String> fields) {
    public StreamEnd {
      types = Set.copyOf(types);
      fields = Set.copyOf(fields);
    }

    /** A terminal event; {@code types} are values of the member {@code type}. */
    public StreamEnd(String data, Set<String> types) {
      this(data, types, "type", Set.of());
    }

    /** A terminal event with its type in a member of another name. */
    public static StreamEnd member(String member, String... values) {
      return new StreamEnd(null, Set.of(values), member, Set.of());
    }

    /** No terminal event: a whole stream has one of these response fields. */
    public static StreamEnd fields(String... names) {
      return new StreamEnd(null, Set.of(), "type", Set.of(names));
    }

    /**
     * How a stream ended, judged by its fields where there are any to judge by.
     *
     * @param captured whether a whole event had this field
     */
    public Captured.Ending of(Captured.Ending ending, Predicate<String> captured) {
      if (fields.isEmpty()) {
        return ending;
      }
      for (String field : fields) {
        if (captured.test(field)) {
          return Captured.Ending.COMPLETE;
        }
      }
      return ending == Captured.Ending.COMPLETE ? Captured.Ending.TRUNCATED : ending;
    }
  }
}

package io.tokenledger.agent.provider;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import java.util.Set;

/**
 * One API of a provider, stated as data: what to look for on the wire, and how the counts become
 * the ledger's. The lists are read once, when the agent starts to meter; {@link #normalise} runs on
 * the ledger thread.
 */
public interface Surface {
  /** The name of the {@code api} column, such as {@code openai.chat}. */
  String api();

  /** The {@code request_type} column for a request that does or does not stream. */
  String requestType(boolean stream);

  /** Fields of the request body (JSON). */
  List<FieldPath> requestFields();

  /** Fields of a response body, or of each event's data. */
  List<FieldPath> responseFields();

  /** Names of response headers to keep, lower case. */
  Set<String> responseHeaders();

  /** Names of request headers to keep, lower case; never a credential. */
  Set<String> requestHeaders();

  /** How a stream of this surface ends. */
  StreamEnd streamEnd();

  /** Turns what was captured into the columns of the call, the outcome and the counts. */
  void normalise(Captured captured, UsageRecord.Builder record);

  /**
   * The terminal event of a stream: a literal line of data, or a value of the data's own top-level
   * {@code type}.
   *
   * @param data such as {@code [DONE]}, or null
   * @param types such as {@code message_stop}; may be empty
   */
  record StreamEnd(String data, Set<String> types) {
    public StreamEnd {
      types = Set.copyOf(types);
    }
  }
}

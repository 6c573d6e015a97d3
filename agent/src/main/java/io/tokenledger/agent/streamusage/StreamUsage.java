package io.tokenledger.agent.streamusage;

import io.tokenledger.agent.exchange.Faults;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.provider.SdkRetries;
import io.tokenledger.agent.provider.StreamReport;
import java.util.Locale;

/**
 * {@code stream_usage: request}: decides by target and head of a request whether its stream may be
 * asked to report usage. One for the process. Thread-safe.
 *
 * <p>Not asked: what reports unasked or not as OpenAI does (a fact of the provider, {@link
 * StreamReport}); a host that refused; a request that is signed, encoded, carries its own length or
 * is not said to be JSON; one whose response could arrive encoded; the repeat of a call by an SDK,
 * which must not fail for a reason that the first attempt may have failed for; Azure before the
 * version that knows the option.
 */
public final class StreamUsage {
  /** Of the request body as it is sent; a change would break them. */
  private static final String[] MADE_OF_THE_BODY = {
    "content-length",
    "content-encoding",
    "content-md5",
    "content-digest",
    "repr-digest",
    "digest",
    "signature",
    "x-amz-content-sha256",
  };

  /** The first dated {@code api-version} of Azure OpenAI that takes the option for granted. */
  private static final String AZURE_SINCE = "2024-10-21";

  private static final String API_VERSION = "api-version=";

  private final RefusingHosts refusing = new RefusingHosts();

  /** Null: the request is sent as it is. */
  public UsageAsk ask(
      RequestTarget target, RecognisedCall call, HeaderSource headers, Faults faults) {
    StreamReport report = call.surface().streamReport(call.provider());
    if (report == StreamReport.AS_IT_IS || !mayChange(headers) || tooOld(target.query())) {
      return null;
    }
    String host = RefusingHosts.key(target.host(), target.port());
    return refusing.contains(host)
        ? null
        : new UsageAsk(refusing, host, report == StreamReport.OWN_EVENT_AND_NULLS, faults);
  }

  private static boolean mayChange(HeaderSource headers) {
    for (String name : MADE_OF_THE_BODY) {
      if (headers.value(name) != null) {
        return false;
      }
    }
    String authorization = headers.value("authorization");
    String retries = headers.value(SdkRetries.HEADER);
    return (authorization == null || !authorization.startsWith("AWS4-"))
        && (retries == null || retries.equals("0"))
        && isPlain(headers.value("accept-encoding"));
  }

  private static boolean isPlain(String acceptEncoding) {
    return acceptEncoding == null
        || acceptEncoding.isEmpty()
        || acceptEncoding.equalsIgnoreCase("identity");
  }

  private static boolean tooOld(String query) {
    int name = query == null ? -1 : query.indexOf(API_VERSION);
    if (name < 0) {
      return false;
    }
    int from = name + API_VERSION.length();
    int end = query.indexOf('&', from);
    String version = query.substring(from, end < 0 ? query.length() : end);
    return version.length() >= AZURE_SINCE.length()
        && version.charAt(0) >= '0'
        && version.charAt(0) <= '9'
        && version.substring(0, AZURE_SINCE.length()).compareTo(AZURE_SINCE) < 0;
  }

  /** Whether a body of this media type is a JSON request; one without a type is not. */
  public static boolean isJson(String contentType) {
    return contentType != null
        && contentType.toLowerCase(Locale.ROOT).startsWith("application/json");
  }
}

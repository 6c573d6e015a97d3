package io.tokenledger.agent.provider;

import io.tokenledger.agent.provider.Captured.Ending;
import io.tokenledger.record.UsageField;

/**
 * How an exchange came out, by the rules that hold for every surface: a provider's error outranks
 * how the exchange ended, and an answer that stopped before its own end is an error that says so.
 */
record Outcome(String status, String completion, ProviderError error) {

  /**
   * @param ending how the exchange ended, which the surface may know better than the capture
   */
  static Outcome of(Captured captured, Ending ending, ProviderError error) {
    return new Outcome(
        status(captured, ending, error),
        completion(captured, ending),
        orTruncated(captured, ending, error));
  }

  void writeTo(RecordDraft draft) {
    draft.set(UsageField.STATUS, status);
    draft.set(UsageField.COMPLETION, completion);
    if (error != null) {
      draft.setIfAbsent(UsageField.ERROR_TYPE, error.type());
      draft.setIfAbsent(UsageField.ERROR_CODE, error.code());
      draft.setIfAbsent(UsageField.ERROR_MESSAGE, error.message());
    }
  }

  static UsageNote reasonOfMissingUsage(Captured captured, Ending ending, UsageNote whenComplete) {
    if (captured.undecodable() && !captured.damaged()) {
      return UsageNote.ENCODING_UNSUPPORTED;
    }
    if (isHttpError(captured)) {
      return UsageNote.NOT_REPORTED;
    }
    return switch (ending) {
      case COMPLETE -> whenComplete;
      case FAILED -> captured.status() == null ? UsageNote.NOT_REPORTED : UsageNote.CUT;
      case TRUNCATED, CANCELLED, TIMEOUT -> UsageNote.CUT;
    };
  }

  private static String status(Captured captured, Ending ending, ProviderError error) {
    if (isHttpError(captured) || error != null) {
      return "error";
    }
    return switch (ending) {
      case COMPLETE -> "success";
      case TRUNCATED -> isTruncated(captured, ending) ? "error" : "success";
      case CANCELLED -> "cancelled";
      case TIMEOUT -> "timeout";
      case FAILED -> "error";
    };
  }

  private static String completion(Captured captured, Ending ending) {
    if (captured.status() == null) {
      return "none";
    }
    return switch (ending) {
      case COMPLETE -> "complete";
      case TRUNCATED -> isTruncated(captured, ending) ? "partial" : "complete";
      case CANCELLED, TIMEOUT, FAILED -> "partial";
    };
  }

  private static ProviderError orTruncated(Captured captured, Ending ending, ProviderError error) {
    if (error != null || !isTruncated(captured, ending)) {
      return error;
    }
    if (captured.damaged()) {
      return new ProviderError(
          "stream_corrupt", null, "A message of the stream does not match its checksum.");
    }
    boolean stream = Boolean.TRUE.equals(captured.streamed());
    return stream
        ? new ProviderError("stream_truncated", null, "The stream ended before its terminal event.")
        : new ProviderError("body_truncated", null, "The body ended before its JSON value closed.");
  }

  /**
   * An error page need not be JSON, and what cannot be decoded cannot be judged: both ended where
   * HTTP said. What is damaged did not come to its end, whatever HTTP said.
   */
  private static boolean isTruncated(Captured captured, Ending ending) {
    return ending == Ending.TRUNCATED
        && !isHttpError(captured)
        && (!captured.undecodable() || captured.damaged());
  }

  private static boolean isHttpError(Captured captured) {
    return captured.status() != null && captured.status() >= 400;
  }
}

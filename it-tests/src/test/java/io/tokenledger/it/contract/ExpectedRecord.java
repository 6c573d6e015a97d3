package io.tokenledger.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;

/**
 * What the records of a scenario say.
 *
 * @param count how many exchanges it makes
 * @param status null: not checked; with a bar between: one of these
 * @param completion as {@code status}
 * @param inputTokens null where the provider did not say
 * @param tries whether exchanges without a head may come on top
 */
record ExpectedRecord(
    int count,
    String status,
    String completion,
    Long inputTokens,
    Long outputTokens,
    boolean tries) {
  private static final ExpectedRecord JSON =
      new ExpectedRecord(1, "success", "complete", 1220L, 85L, false);
  private static final ExpectedRecord STREAM =
      new ExpectedRecord(1, "success", "complete", 412L, 64L, false);
  private static final ExpectedRecord NONE = new ExpectedRecord(0, null, null, null, null, false);

  static ExpectedRecord of(Scenario scenario, String observed) {
    return switch (scenario) {
      case OTHER_REQUEST -> NONE;
      case STREAM, STREAM_ASYNC, STREAM_PULLED, FIRST_EVENT_AT_ONCE, TLS_STREAM -> STREAM;
      case EARLY_CLOSE, CANCEL_WHILE_READING, NEVER_CLOSED, COLLECTED ->
          without("cancelled", "partial");
      case CANCEL_BEFORE_HEAD, CANCEL_BLOCKING -> without("cancelled", "none");
      // The cancel may come before or after the head.
      case CANCEL_ASYNC_IN_BODY -> without("cancelled", "none|partial");
      case RESET_IN_BODY, CUT_IN_BODY, TLS_CUT_IN_BODY -> without("error", "partial");
      case CLOSED_BEFORE_HEAD, CONNECT_FAILURE, CONNECT_FAILURE_ASYNC -> without("error", "none");
      case END_WITHOUT_TERMINAL_EVENT -> without(null, "partial");
      case TIMEOUT_BEFORE_HEAD, TIMEOUT_BEFORE_HEAD_ASYNC -> without("timeout", "none");
      // The limit of the JDK and of asynchronous Apache ends with the head.
      case TIMEOUT_IN_BODY -> observed.startsWith("200") ? STREAM : without("timeout", "partial");
      case REDIRECT -> observed.startsWith("200") ? JSON : without("error", null);
      // Asynchronous Apache 5.0 discards the answer and never ends this call; the end of its client
      // does, now with a failure and now with a cancel: which one is a race within the client.
      case UNAVAILABLE ->
          observed.startsWith("java.util.concurrent.TimeoutException")
              ? without("error|cancelled", "none")
              : without("error", "complete");
      case UNAUTHORIZED, SERVER_ERROR -> without("error", "complete");
      case EMPTY_BODY, NO_CONTENT -> without(null, null);
      case STALE_CONNECTION -> times(2, true);
      case TWO_CLIENTS -> times(2, false);
      case HTTP2_RESET_IN_BODY -> observed.equals("cannot") ? NONE : without("error", "partial");
      case HTTP2 -> observed.equals("cannot") ? NONE : times(2, false);
      case VIRTUAL_THREAD -> observed.startsWith("200") ? JSON : NONE;
      // OkHttp refuses such a call before its interceptors see it; the JDK has begun it.
      case EXECUTOR_SATURATED, EXECUTOR_SHUT_DOWN ->
          observed.startsWith("java.util.concurrent.RejectedExecutionException")
              ? without("error", "none")
              : NONE;
      default -> JSON;
    };
  }

  void check(String observed, List<UsageRecord> found) {
    List<UsageRecord> records = found;
    if (tries) {
      // The try in between is a record too, if there was one: an error without a head.
      records =
          found.stream().filter(record -> record.get(UsageField.HTTP_STATUS) != null).toList();
    }
    assertThat(records).as("records of " + observed).hasSize(count);
    for (UsageRecord record : records) {
      assertThat(record.get(UsageField.INPUT_TOKENS))
          .as("input of " + observed)
          .isEqualTo(inputTokens);
      assertThat(record.get(UsageField.OUTPUT_TOKENS))
          .as("output of " + observed)
          .isEqualTo(outputTokens);
      if (status != null) {
        assertThat(record.get(UsageField.STATUS)).as("status of " + observed).matches(status);
      }
      if (completion != null) {
        assertThat(record.get(UsageField.COMPLETION))
            .as("completion of " + observed)
            .matches(completion);
      }
    }
  }

  private static ExpectedRecord without(String status, String completion) {
    return new ExpectedRecord(1, status, completion, null, null, false);
  }

  private static ExpectedRecord times(int count, boolean tries) {
    return new ExpectedRecord(
        count, JSON.status, JSON.completion, JSON.inputTokens, JSON.outputTokens, tries);
  }
}

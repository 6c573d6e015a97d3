package io.tokenledger.it.contract;

import io.tokenledger.it.contract.ContractClient.Answer;
import io.tokenledger.it.contract.ContractClient.Ask;
import io.tokenledger.it.contract.ContractClient.Streamed;
import io.tokenledger.it.contract.ContractClient.Way;
import java.io.ByteArrayOutputStream;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What an application does with streams that the agent asks for usage, or must not ask; the other
 * side is {@link UsageProvider}'s. Each gives what the application observed, as one line.
 */
enum UsageScenario {
  STREAM(Expected.ASKED, (client, ask) -> Observed.answer(client.exchange(ask))),
  COMPLETIONS(Expected.ASKED, (client, ask) -> Observed.answer(client.exchange(ask))),
  ASYNC(
      Expected.ASKED,
      (client, ask) -> Observed.answer(client.start(ask).get(20, TimeUnit.SECONDS))),
  PULLED(Expected.ASKED, UsageScenario::pull),
  PULLED_BYTE_FOR_BYTE(Expected.ASKED, UsageScenario::pullByteForByte),
  FIRST_EVENT_AT_ONCE(Expected.ASKED, Scenario::readAcross),
  IN_CHUNKS_OF_SEVEN(Expected.ASKED, (client, ask) -> Observed.answer(client.exchange(ask))),
  IN_CHUNKS_OF_ONE_PULLED(Expected.ASKED, UsageScenario::pull),
  CRLF(Expected.ASKED, (client, ask) -> Observed.answer(client.exchange(ask))),
  WITH_CONTENT_LENGTH(Expected.ASKED, (client, ask) -> Observed.answer(client.exchange(ask))),
  GZIP_IF_THE_CLIENT_ASKS(Expected.ASKED, (client, ask) -> Observed.answer(client.exchange(ask))),
  REDIRECT(Expected.ASKED_AGAIN, (client, ask) -> Observed.answer(client.exchange(ask))),
  UNAVAILABLE_AT_FIRST(Expected.ASKED_AGAIN, UsageScenario::repeated),
  SMALL_WINDOW(
      Expected.ASKED, (client, ask) -> Observed.answer(client.exchangeInSmallWindow(ask, false))),
  SMALL_WINDOW_HTTP2(
      Expected.ASKED, (client, ask) -> Observed.answer(client.exchangeInSmallWindow(ask, true))),
  EXPECT_CONTINUE(
      Expected.ASKED,
      (client, ask) -> Observed.answer(client.exchange(ask.by(Way.EXPECT_CONTINUE)))),
  HTTP2(Expected.ASKED, (client, ask) -> Observed.answer(client.exchangeHttp2(ask))),
  LARGE_REQUEST(Expected.ASKED, (client, ask) -> Observed.answer(client.exchange(ask))),
  OTHER_OPTIONS(Expected.ASKED, (client, ask) -> Observed.answer(client.exchange(ask))),
  OPTION_OFF(Expected.ASKED, (client, ask) -> Observed.answer(client.exchange(ask))),
  ENDS_IN_AN_EVENT(Expected.CUT, (client, ask) -> Observed.answer(client.exchange(ask))),
  ENDS_IN_AN_EVENT_PULLED(Expected.CUT, UsageScenario::pull),
  BREAKS_IN_AN_EVENT(Expected.CUT, (client, ask) -> Observed.answer(client.exchange(ask))),
  CLOSED_EARLY(Expected.CUT, UsageScenario::closeEarly),
  ASKED_BY_THE_APPLICATION(
      Expected.NOT_ASKED_BUT_COUNTED, (client, ask) -> Observed.answer(client.exchange(ask))),
  NO_STREAM(Expected.NOT_ASKED_BUT_COUNTED, (client, ask) -> Observed.answer(client.exchange(ask))),
  GZIP_FOR_THE_APPLICATION(
      Expected.NOT_ASKED, (client, ask) -> Observed.answer(client.exchange(ask.by(Way.GZIP)))),
  ONE_SHOT_BODY(
      Expected.NOT_ASKED, (client, ask) -> Observed.answer(client.exchange(ask.by(Way.ONE_SHOT)))),
  TOO_LARGE_REQUEST(Expected.NOT_ASKED, (client, ask) -> Observed.answer(client.exchange(ask))),
  ANOTHER_REASON(Expected.ANY, UsageScenario::twice),
  REFUSED(Expected.REFUSED_ONCE, UsageScenario::afterwards),
  REFUSED_UNREAD(Expected.REFUSED_ONCE, UsageScenario::afterwardsUnread);

  /** What is in the ledger. */
  enum Expected {
    /** The counts, and that they were asked for. */
    ASKED,
    /** As {@link #ASKED} where the client repeats the request by itself, and each of them asks. */
    ASKED_AGAIN,
    /** That they were asked for; they did not come. */
    CUT,
    NOT_ASKED,
    NOT_ASKED_BUT_COUNTED,
    /** A failed exchange that was asked, then one that was not. */
    REFUSED_ONCE,
    /** Whatever the client made of it. */
    ANY
  }

  private final Expected expected;
  private final Run run;

  private interface Run {
    String with(ContractClient client, Ask ask) throws Exception;
  }

  UsageScenario(Expected expected, Run run) {
    this.expected = expected;
    this.run = run;
  }

  Expected expected() {
    return expected;
  }

  /** Runs it; an exception is an observation too. */
  String observe(ContractClient client, String url) {
    try {
      return run.with(client, new Ask(url, body(), null, Set.of()));
    } catch (Throwable thrown) {
      return Observed.thrown(thrown);
    }
  }

  private String body() {
    String options =
        switch (this) {
          case OTHER_OPTIONS -> ",\"stream_options\":{\"include_obfuscation\":false}";
          case OPTION_OFF -> ",\"stream_options\":{\"include_usage\":false}";
          case ASKED_BY_THE_APPLICATION -> ",\"stream_options\":{\"include_usage\":true}";
          default -> "";
        };
    int length =
        switch (this) {
          case LARGE_REQUEST -> 900_000;
          case TOO_LARGE_REQUEST -> 1_100_000;
          default -> 10;
        };
    String prompt =
        this == COMPLETIONS
            ? "\"prompt\":[\"hello\"]"
            : "\"messages\":[{\"role\":\"user\",\"content\":\"" + "é".repeat(length / 2) + "\"}]";
    return "{"
        + prompt
        + ",\"model\":\""
        + name()
        + "\",\"stream\":"
        + (this != NO_STREAM)
        + options
        + "}";
  }

  private static String pull(ContractClient client, Ask ask) throws Exception {
    try (Streamed streamed = client.open(ask)) {
      return Observed.answer(new Answer(streamed.status(), "", streamed.body().readAllBytes()));
    }
  }

  /** Apache's asynchronous client 5.0 never ends a call that it wants to repeat. */
  private static String repeated(ContractClient client, Ask ask) throws Exception {
    return Observed.answer(client.start(ask).get(4, TimeUnit.SECONDS));
  }

  private static String pullByteForByte(ContractClient client, Ask ask) throws Exception {
    try (Streamed streamed = client.open(ask)) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (int b = streamed.body().read(); b >= 0; b = streamed.body().read()) {
        body.write(b);
      }
      return Observed.answer(new Answer(streamed.status(), "", body.toByteArray()));
    }
  }

  private static String closeEarly(ContractClient client, Ask ask) throws Exception {
    try (Streamed streamed = client.open(ask)) {
      return Observed.line(streamed.body());
    }
  }

  private static String twice(ContractClient client, Ask ask) throws Exception {
    return Observed.answer(client.exchange(ask)) + Observed.answer(client.exchange(ask));
  }

  /** The first call may fail because the agent asked: what opting in means. */
  private static String afterwards(ContractClient client, Ask ask) throws Exception {
    client.exchange(ask);
    return Observed.answer(client.exchange(ask));
  }

  private static String afterwardsUnread(ContractClient client, Ask ask) throws Exception {
    client.open(ask).close();
    return Observed.answer(client.exchange(ask));
  }
}

package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AwsEventStreamFramerTest {
  private static final String TYPE = "application/vnd.amazon.eventstream";
  private static final FieldTable FIELDS =
      FieldTable.compile(
          List.of(
              FieldPath.usage("usage", "metadata.usage", "inputTokens"),
              FieldPath.usage("usage", "usage", "inputTokens"),
              FieldPath.last("stop", "messageStop.stopReason"),
              FieldPath.last("error", "exception.type"),
              FieldPath.last("message", "exception.body.message"),
              FieldPath.seen("content", "contentBlockDelta.delta.text")),
          null,
          Set.of("metadata", "message_stop"),
          "type",
          StreamForm.AWS_EVENTS);
  private static final FieldTable ENDLESS =
      FieldTable.compile(
          List.of(FieldPath.usage("usage", "usage", "inputTokens")),
          null,
          Set.of(),
          "type",
          StreamForm.AWS_EVENTS);

  @Test
  void readsAnEventAsAMemberOfItsTypeWhateverTheCut() {
    byte[] stream =
        new AwsMessages()
            .event("messageStart", "{\"role\":\"assistant\"}")
            .event("contentBlockDelta", "{\"delta\":{\"text\":\"\\\"usage\\\":{\"}}")
            .event("messageStop", "{\"stopReason\":\"end_turn\"}")
            .event("metadata", "{\"usage\":{\"inputTokens\":7},\"metrics\":{\"latencyMs\":9}}")
            .bytes();

    everyCut(
        FIELDS,
        stream,
        body -> {
          assertThat(body.scanner().value("usage")).isEqualTo("{\"inputTokens\":7}");
          assertThat(body.scanner().value("stop")).isEqualTo("\"end_turn\"");
          assertThat(body.scanner().contentSeen()).isTrue();
          assertThat(body.finished()).isTrue();
          assertThat(body.undecodable()).isFalse();
          assertThat(body.framing()).isEqualTo("aws-eventstream");
        });
  }

  @Test
  void readsTheModelsOwnJsonInsideAChunkWhateverTheCut() {
    for (int padding = 0; padding < 3; padding++) {
      String space = " ".repeat(padding);
      byte[] stream =
          new AwsMessages()
              .chunk("{\"type\":\"message_start\",\"text\":\"\u00fc>?~\"}")
              .event("chunk", "{\"p\":\"\\\"bytes\\\":\",\"bytes\":\"e30=\",\"o\":[{\"bytes\":1}]}")
              .chunk("{\"type\":\"message_stop\",\"usage\":{\"inputTokens\":12}}" + space)
              .bytes();

      everyCut(
          FIELDS,
          stream,
          body -> {
            assertThat(body.scanner().value("usage")).isEqualTo("{\"inputTokens\":12}");
            assertThat(body.finished()).isTrue();
          });
    }
  }

  @Test
  void endsAtTheLastByteOfItsTerminalMessage() {
    byte[] stream = new AwsMessages().event("metadata", "{\"usage\":{\"inputTokens\":7}}").bytes();
    ResponseBody body = new ResponseBody(FIELDS, TYPE, null);
    body.feed(stream, 0, stream.length - 1);

    assertThat(body.finished()).isFalse();
    assertThat(body.mayEndHere()).isFalse();
    body.feed(stream, stream.length - 1, 1);
    assertThat(body.finished()).isTrue();
  }

  @Test
  void givesAnExceptionItsTypeAndItsBody() {
    byte[] stream =
        new AwsMessages()
            .event("messageStart", "{}")
            .exception("throttlingException", "{\"message\":\"slow down\"}")
            .bytes();

    everyCut(
        FIELDS,
        stream,
        body -> {
          assertThat(body.scanner().value("error")).isEqualTo("\"throttlingException\"");
          assertThat(body.scanner().value("message")).isEqualTo("\"slow down\"");
          assertThat(body.finished()).isFalse();
          assertThat(body.mayEndHere()).isFalse();
        });
  }

  @Test
  void givesAnErrorWithoutABodyWhatItsHeadersSay() {
    Map<String, String> headers =
        Map.of(
            ":message-type", "error",
            ":error-code", "InternalFailure",
            ":error-message", "it \"broke\"");

    everyCut(
        FIELDS,
        new AwsMessages().message(headers, "").bytes(),
        body -> {
          assertThat(body.scanner().value("error")).isEqualTo("\"InternalFailure\"");
          assertThat(body.scanner().value("message")).isEqualTo("\"it ?broke?\"");
        });
  }

  @Test
  void takesBackWhatAMessageWithAWrongChecksumSaid() {
    byte[] stream =
        new AwsMessages()
            .chunk("{\"usage\":{\"inputTokens\":7}}")
            .chunk("{\"usage\":{\"inputTokens\":8}}")
            .bytes();
    stream[stream.length - 1] ^= 1;

    everyCut(
        ENDLESS,
        stream,
        body -> {
          assertThat(body.scanner().value("usage")).isNull();
          assertThat(body.undecodable()).isTrue();
          assertThat(body.damaged()).isTrue();
          assertThat(body.mayEndHere()).isFalse();
          assertThat(body.finished()).isFalse();
        });
  }

  @Test
  void readsNothingAfterAPreludeWithAWrongChecksum() {
    byte[] stream = new AwsMessages().chunk("{\"usage\":{\"inputTokens\":7}}").bytes();
    stream[1] ^= 1;

    ResponseBody body = fed(FIELDS, stream, stream.length);
    assertThat(body.undecodable()).isTrue();
    assertThat(body.scanner().value("usage")).isNull();
  }

  @Test
  void mayEndBetweenTwoMessagesWhereNoEventIsTheLast() {
    byte[] stream = new AwsMessages().chunk("{\"usage\":{\"inputTokens\":7}}").bytes();

    assertThat(fed(ENDLESS, stream, 5).mayEndHere()).isTrue();
    ResponseBody cut = new ResponseBody(ENDLESS, TYPE, null);
    cut.feed(stream, 0, stream.length - 2);
    assertThat(cut.mayEndHere()).isFalse();
  }

  @Test
  void readsAJsonErrorThatCallsItselfAStream() {
    ResponseBody body = fed(FIELDS, "{\"usage\":{\"inputTokens\":3}}".getBytes(), 2);

    assertThat(body.streamed()).isFalse();
    assertThat(body.framing()).isEqualTo("json");
    assertThat(body.scanner().value("usage")).isEqualTo("{\"inputTokens\":3}");
  }

  private static void everyCut(FieldTable fields, byte[] stream, Consumer<ResponseBody> holds) {
    for (int cut = 0; cut <= stream.length; cut++) {
      // Without a content type as well: the surface says what its bodies are.
      ResponseBody body = new ResponseBody(fields, cut % 2 == 0 ? TYPE : null, null);
      body.feed(stream, 0, cut);
      body.feed(stream, cut, stream.length - cut);
      holds.accept(body);
    }
    for (int size : new int[] {1, 2, 7, 64}) {
      holds.accept(fed(fields, stream, size));
    }
  }

  private static ResponseBody fed(FieldTable fields, byte[] stream, int size) {
    ResponseBody body = new ResponseBody(fields, TYPE, null);
    for (int at = 0; at < stream.length; at += size) {
      body.feed(stream, at, Math.min(size, stream.length - at));
    }
    return body;
  }
}

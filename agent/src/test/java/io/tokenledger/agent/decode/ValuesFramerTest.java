package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ValuesFramerTest {
  private static final List<FieldPath> FIELDS =
      List.of(
          FieldPath.usage("usage", "usage", "n"),
          FieldPath.last("error", "error.message"),
          FieldPath.seen("content", "text"));
  private static final FieldTable ARRAY =
      FieldTable.compile(FIELDS, null, Set.of(), "type", StreamForm.ARRAY);
  private static final FieldTable VALUES =
      FieldTable.compile(FIELDS, null, Set.of("true"), "done", StreamForm.VALUES);

  @Test
  void readsEachElementOfAnArrayAsAnEvent() {
    everyCut(
        ARRAY,
        "[{\"usage\":{\"n\":1}}\n,\r\n{\"text\":\"],[\",\"usage\":{\"n\":2}} , 3, \"x\",null]\n",
        body -> {
          assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":2}");
          assertThat(body.scanner().contentSeen()).isTrue();
          assertThat(body.finished()).isTrue();
          assertThat(body.streamed()).isTrue();
          assertThat(body.framing()).isEqualTo("json-array");
        });
  }

  @Test
  void readsAnErrorThatComesInAnArray() {
    everyCut(
        ARRAY,
        "[{\"error\":{\"code\":400,\"message\":\"no\"}}]",
        body -> assertThat(body.scanner().value("error")).isEqualTo("\"no\""));
  }

  @Test
  void finishesAnEmptyArray() {
    everyCut(ARRAY, " [ ] ", body -> assertThat(body.finished()).isTrue());
  }

  @Test
  void isCutWhereTheArrayDidNotClose() {
    String text = "[{\"usage\":{\"n\":1}},{\"usage\":{\"n\":2}}";
    everyCut(
        ARRAY,
        text,
        body -> {
          assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":2}");
          assertThat(body.finished()).isFalse();
          assertThat(body.mayEndHere()).isFalse();
        });
  }

  @Test
  void readsAnObjectWhereAnArrayMightHaveBeen() {
    everyCut(
        ARRAY,
        "{\"usage\":{\"n\":5}}",
        body -> {
          assertThat(body.streamed()).isFalse();
          assertThat(body.framing()).isEqualTo("json");
          assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":5}");
        });
  }

  @Test
  void readsOnAfterAFirstValueThatIsNotTheLast() {
    everyCut(
        VALUES,
        "{\"done\":false}\n{\"done\":true,\"usage\":{\"n\":3}}\n{\"usage\":{\"n\":4}}",
        body -> {
          assertThat(body.scanner().value("usage")).isEqualTo("{\"n\":3}");
          assertThat(body.finished()).isTrue();
          assertThat(body.streamed()).isTrue();
          assertThat(body.framing()).isEqualTo("ndjson");
        });
  }

  @Test
  void isNoStreamWithOneValue() {
    everyCut(
        VALUES,
        "{\n \"done\":true,\n \"usage\":{\"n\":3}}\n",
        body -> {
          assertThat(body.finished()).isTrue();
          assertThat(body.streamed()).isFalse();
          assertThat(body.framing()).isEqualTo("json");
        });
    everyCut(VALUES, "{\"error\":1}", body -> assertThat(body.mayEndHere()).isTrue());
  }

  private static void everyCut(FieldTable fields, String text, Consumer<ResponseBody> holds) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut <= bytes.length; cut++) {
      ResponseBody body = new ResponseBody(fields, null, null);
      body.feed(bytes, 0, cut);
      body.feed(bytes, cut, bytes.length - cut);
      holds.accept(body);
    }
    ResponseBody body = new ResponseBody(fields, null, null);
    for (int i = 0; i < bytes.length; i++) {
      body.feed(bytes, i, 1);
    }
    holds.accept(body);
  }
}

package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FieldScannerTest {
  private static final FieldPath USAGE =
      FieldPath.usage("usage", "usage", "prompt_tokens", "input_tokens");

  @Test
  void keepsTheRawValueOfAnExactPath() {
    FieldScanner scanner =
        scan(
            "{ \"id\" : \"a\" , \"usage\" : {\"prompt_tokens\": 1} }",
            FieldPath.last("id", "id"),
            USAGE);

    assertThat(scanner.value("id")).isEqualTo("\"a\"");
    assertThat(scanner.value("usage")).isEqualTo("{\"prompt_tokens\": 1}");
    assertThat(scanner.closed()).isTrue();
  }

  @Test
  void passesOverUsageAtOtherPlaces() {
    FieldScanner scanner =
        scan(
            "{\"tools\":[{\"parameters\":{\"usage\":{\"prompt_tokens\":9}}}],"
                + "\"text\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":8}\","
                + "\"nested\":{\"usage\":{\"prompt_tokens\":7}},"
                + "\"\\\\\":\"\\\\\",\"usage\":{\"prompt_tokens\":1}}",
            USAGE);

    assertThat(scanner.value("usage")).isEqualTo("{\"prompt_tokens\":1}");
  }

  @Test
  void readsNamesThatAreWrittenWithEscapes() {
    FieldScanner scanner = scan("{\"us\\u0061ge\":{\"prompt\\u005Ftokens\":1}}", USAGE);

    assertThat(scanner.value("usage")).isEqualTo("{\"prompt\\u005Ftokens\":1}");
  }

  @Test
  void keepsTheLastOfRepeatedMembers() {
    FieldScanner scanner =
        scan("{\"usage\":{\"prompt_tokens\":1},\"usage\":{\"prompt_tokens\":22}}", USAGE);

    assertThat(scanner.value("usage")).isEqualTo("{\"prompt_tokens\":22}");
  }

  @Test
  void ignoresValuesThatLackWhatTheyNeed() {
    FieldScanner scanner =
        scan(
            "{\"usage\":{\"prompt_tokens\":1},\"usage\":null,\"usage\":{},\"usage\":\"x\","
                + "\"usage\":{\"prompt_tokens\":null},\"usage\":{\"x\":{\"prompt_tokens\":3}}}",
            USAGE);

    assertThat(scanner.value("usage")).isEqualTo("{\"prompt_tokens\":1}");
  }

  @Test
  void keepsFirstValuesAndTalliesStringsInOrder() {
    FieldScanner scanner =
        scan(
            "{\"id\":\"\",\"id\":\"one\",\"id\":\"two\","
                + "\"output\":[{\"type\":\"b\"},{\"type\":\"a\"},{\"type\":\"b\"},{\"type\":3}]}",
            FieldPath.first("id", "id"),
            FieldPath.tally("types", "output[].type"));

    assertThat(scanner.value("id")).isEqualTo("\"one\"");
    assertThat(scanner.tally("types")).containsExactly(Map.entry("b", 2L), Map.entry("a", 1L));
  }

  @Test
  void tellsTheFirstElementFromTheOthers() {
    FieldScanner scanner =
        scan(
            "{\"c\":[{\"u\":1,\"f\":\"x\"},{\"u\":2,\"f\":\"y\"}]}",
            FieldPath.last("first", "c[0].u"),
            FieldPath.tally("all", "c[].f"));

    assertThat(scanner.value("first")).isEqualTo("1");
    assertThat(scanner.tally("all")).containsOnlyKeys("x", "y");
  }

  @Test
  void sharesOneSlotBetweenPathsOfOneName() {
    FieldScanner scanner =
        scan(
            "{\"x_groq\":{\"usage\":{\"a\":1}},\"usage\":{\"a\":2}}",
            FieldPath.usage("usage", "usage", "a"),
            FieldPath.usage("usage", "x_groq.usage", "a"));

    assertThat(scanner.value("usage")).isEqualTo("{\"a\":2}");
  }

  @Test
  void saysTooLargeAndNeverHoldsAPart() {
    FieldPath small = new FieldPath("u", "u", FieldPath.Capture.LAST, 8, Set.of());
    String body = "{\"u\":\"12345678901234567890\"}";

    assertThat(scan(body, small).tooLarge("u")).isTrue();
    assertThat(scan(body, small).value("u")).isNull();
    FieldScanner cut = cut(body, 1, small);
    assertThat(cut.tooLarge("u")).isTrue();
    assertThat(cut.value("u")).isNull();
  }

  @Test
  void aLaterValueThatFitsTakesTheTooLargeBack() {
    FieldPath small = new FieldPath("u", "u", FieldPath.Capture.LAST, 8, Set.of());
    FieldScanner scanner = scan("{\"u\":\"12345678901234567890\",\"u\":1}", small);

    assertThat(scanner.tooLarge("u")).isFalse();
    assertThat(scanner.value("u")).isEqualTo("1");
  }

  @Test
  void seesContentOnlyWhereThereIsSome() {
    FieldPath content = FieldPath.seen("content", "c[].d");
    for (String empty : List.of("null", "\"\"", "[]", "[ ]")) {
      assertThat(scan("{\"c\":[{\"d\":" + empty + "}]}", content).contentSeen()).isFalse();
      assertThat(cut("{\"c\":[{\"d\":" + empty + "}]}", 1, content).contentSeen()).isFalse();
    }
    for (String some : List.of("1", "\"a\"", "[1]", "{}", "true", "\"\\n\"")) {
      assertThat(scan("{\"c\":[{\"d\":" + some + "}]}", content).contentSeen()).isTrue();
      assertThat(cut("{\"c\":[{\"d\":" + some + "}]}", 1, content).contentSeen()).isTrue();
    }
  }

  @Test
  void stopsAtTheEndOfTheTopLevelValue() {
    byte[] json = "{\"a\":1} {\"a\":2}".getBytes(StandardCharsets.UTF_8);
    FieldScanner scanner = new FieldScanner(FieldTable.compile(List.of(FieldPath.last("a", "a"))));

    assertThat(scanner.scan(json, 0, json.length)).isEqualTo(7);
    assertThat(scanner.scan(json, 7, json.length)).isEqualTo(7);
    scanner.next();
    assertThat(scanner.scan(json, 7, json.length)).isEqualTo(json.length);
    assertThat(scanner.value("a")).isEqualTo("2");
  }

  @Test
  void saysThatTextIsNoJson() {
    for (String text :
        List.of(
            "<html>", "{a", "{\"a\" 1}", "{\"a\":1]", "{\"a\":x}", "{\"a\":1 2}", "\u00e9", "}")) {
      FieldScanner scanner = scan(text, FieldPath.last("a", "a"));
      assertThat(scanner.broken()).as(text).isTrue();
      assertThat(scanner.closed()).as(text).isFalse();
    }
  }

  @Test
  void survivesNestingOfAnyDepth() {
    FieldScanner scanner = scan("[".repeat(3_000_000), USAGE);

    assertThat(scanner.broken()).isTrue();
  }

  @Test
  void refusesAKeptFieldInsideAKeptField() {
    assertThatThrownBy(
            () ->
                FieldTable.compile(
                    List.of(FieldPath.last("error", "error"), FieldPath.last("t", "error.type"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesNamesThatACutCouldHide() {
    for (String name : List.of("n".repeat(65), "n\u00e4me")) {
      assertThatThrownBy(() -> FieldTable.compile(List.of(FieldPath.last("n", name))))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static FieldScanner scan(String json, FieldPath... fields) {
    return cut(json, Integer.MAX_VALUE, fields);
  }

  private static FieldScanner cut(String json, int size, FieldPath... fields) {
    FieldScanner scanner = new FieldScanner(FieldTable.compile(List.of(fields)));
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += Math.min(size, bytes.length)) {
      scanner.scan(bytes, at, Math.min(bytes.length, at + Math.min(size, bytes.length)));
    }
    return scanner;
  }
}

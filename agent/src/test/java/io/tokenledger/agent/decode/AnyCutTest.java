package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.agent.decode.FieldPath.Capture;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random documents, cut everywhere, against a JSON library. */
class AnyCutTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Few names, so that random documents hit the paths; and pairs that are easily mixed up. */
  private static final String[] NAMES = {
    "usage",
    "id",
    "model",
    "choices",
    "delta",
    "type",
    "content",
    "prompt_tokens",
    "prompt_token",
    "usage\"",
    "us\\age",
    "\u00fcsage",
    "a_name_that_is_as_long_as_the_name_of_a_member_may_be_to_be_find",
    "a_name_that_is_longer_than_the_name_of_any_member_of_interest_and_more"
  };

  private static final List<FieldPath> FIELDS =
      List.of(
          field(Capture.LAST, "usage", "prompt_tokens", "id"),
          field(Capture.LAST, "choices[0].usage", "prompt_tokens"),
          field(Capture.LAST, "model.usage", "prompt_tokens", "content"),
          field(Capture.LAST, "id"),
          field(Capture.FIRST, "model.id"),
          field(Capture.LAST, "a_name_that_is_as_long_as_the_name_of_a_member_may_be_to_be_find"),
          field(Capture.TALLY, "choices[].type"),
          field(Capture.TALLY, "choices[].delta.type"),
          field(Capture.EACH, "choices[].id"),
          field(Capture.EACH, "choices[].delta.model"),
          field(Capture.SUM, "choices[].delta.id"),
          field(Capture.SUM, "model.prompt_tokens"),
          FieldPath.seen("content", "choices[].delta.content"),
          FieldPath.seen("elements", "delta"));

  private final FieldTable table = FieldTable.compile(FIELDS);

  @Test
  void findsTheSameWhereverItIsCut() {
    for (int seed = 0; seed < 4000; seed++) {
      Random random = new Random(seed);
      String text = write(value(random, 0), random);
      ReferenceFields expected = new ReferenceFields(FIELDS);
      expected.read(parse(text));
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

      assertFinds(expected, scanned(bytes, bytes.length, random), text);
      assertFinds(expected, scanned(bytes, 1, random), text);
      assertFinds(expected, scanned(bytes, -1, random), text);
    }
  }

  @Test
  void findsTheSameForEveryCutInTwo() {
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      String text = write(value(random, 0), random);
      ReferenceFields expected = new ReferenceFields(FIELDS);
      expected.read(parse(text));
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      for (int cut = 0; cut <= bytes.length; cut++) {
        FieldScanner scanner = new FieldScanner(table);
        scanner.scan(bytes, 0, cut);
        scanner.scan(bytes, cut, bytes.length);
        assertFinds(expected, scanner, text);
      }
    }
  }

  @Test
  void neverThrowsOnBrokenText() {
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = write(value(random, 0), random).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 3; i++) {
        bytes[random.nextInt(bytes.length)] =
            (byte) "\"\\{}[],: x1\n\u0000\u00ff".charAt(random.nextInt(14));
      }
      FieldScanner whole = scanned(bytes, bytes.length, random);
      FieldScanner cut = scanned(bytes, 1, random);

      assertThat(cut.broken()).isEqualTo(whole.broken());
      assertThat(cut.closed()).isEqualTo(whole.closed());
      for (FieldPath field : FIELDS) {
        assertThat(cut.value(field.name())).isEqualTo(whole.value(field.name()));
        assertThat(cut.tally(field.name())).isEqualTo(whole.tally(field.name()));
      }
    }
  }

  /** Pieces of one size, or of random ones, as arrays and as buffers. */
  private FieldScanner scanned(byte[] bytes, int size, Random random) {
    FieldScanner scanner = new FieldScanner(table);
    for (int at = 0, length; at < bytes.length; at += length) {
      length = Math.min(bytes.length - at, size > 0 ? size : 1 + random.nextInt(12));
      if (size < 0 && random.nextBoolean()) {
        scanner.scan(ByteBuffer.wrap(bytes, at, length).asReadOnlyBuffer());
      } else {
        // A copy without room around it: nothing may be read beyond the piece.
        byte[] piece = Arrays.copyOfRange(bytes, at, at + length);
        scanner.scan(piece, 0, length);
      }
    }
    return scanner;
  }

  private static void assertFinds(ReferenceFields expected, FieldScanner scanner, String text) {
    assertThat(scanner.closed()).as(text).isTrue();
    assertThat(scanner.contentSeen()).as(text).isEqualTo(expected.seen);
    for (FieldPath field : FIELDS) {
      String value = scanner.value(field.name());
      JsonNode kept = expected.kept.get(field.name());
      assertThat(value == null ? null : parse(value))
          .as("%s of %s", field.name(), text)
          .isEqualTo(kept == null ? null : parse(kept.toString()));
      if (field.capture() == FieldPath.Capture.TALLY) {
        Map<String, Long> read = new HashMap<>();
        scanner
            .tally(field.name())
            .forEach(
                (raw, count) -> read.merge(parse('"' + raw + '"').textValue(), count, Long::sum));
        assertThat(read)
            .as("%s of %s", field.name(), text)
            .isEqualTo(expected.tallies.getOrDefault(field.name(), Map.of()));
      }
    }
  }

  private static FieldPath field(Capture capture, String path, String... needs) {
    return new FieldPath(path, path, capture, 1 << 20, Set.of(needs));
  }

  private static JsonNode value(Random random, int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(depth > 5 ? 6 : 9);
    if (kind == 0 || kind == 8) {
      ObjectNode object = JSON.createObjectNode();
      for (int i = random.nextInt(6) + (depth == 0 ? 3 : 0); i > 0; i--) {
        object.set(
            NAMES[random.nextInt(NAMES.length)],
            depth > 5 ? JSON.getNodeFactory().numberNode(1) : value(random, depth + 1));
      }
      return object;
    }
    if (kind >= 6) {
      ArrayNode array = JSON.createArrayNode();
      for (int i = random.nextInt(4); i > 0; i--) {
        array.add(value(random, depth + 1));
      }
      return array;
    }
    return switch (kind) {
      case 1 -> JSON.getNodeFactory().numberNode(random.nextInt(100_000) - 10);
      case 2 -> JSON.getNodeFactory().nullNode();
      case 3 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
      case 4 -> JSON.getNodeFactory().textNode(random.nextBoolean() ? "" : "stop");
      default ->
          JSON.getNodeFactory()
              .textNode("{\"usage\":{\"prompt_tokens\":9}} \\ \u20ac".repeat(random.nextInt(3)));
    };
  }

  /** Compact or with white space, with some letters of names written as escapes. */
  private static String write(JsonNode value, Random random) {
    try {
      String text =
          random.nextBoolean()
              ? JSON.writeValueAsString(value)
              : JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
      return random.nextInt(4) == 0 ? text.replace("\"us", "\"\\u0075s") : text;
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}

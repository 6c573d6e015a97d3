package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.agent.decode.FieldPath.Capture;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Streams whose events begin alike, or nearly: nothing of the one before may stick. */
class RepeatedStartTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Two paths of one name, so that a later member sets the slot of an earlier one. */
  private static final List<FieldPath> FIELDS =
      List.of(
          FieldPath.last("id", "id"),
          FieldPath.last("id", "delta.id"),
          FieldPath.last("model", "model"),
          FieldPath.first("created", "created"),
          new FieldPath("usage", "usage", Capture.LAST, 100, Set.of("prompt_tokens")),
          FieldPath.tally("kind", "kind"),
          FieldPath.seen("text", "text"),
          FieldPath.seen("delta.text", "delta.text"));

  private final FieldTable table = FieldTable.compile(FIELDS, null, Set.of("end"));

  @Test
  void findsWhatASlowReaderFindsInAnyStreamWhereverItIsCut() throws Exception {
    int compared = 0;
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      ReferenceFields expected = new ReferenceFields(FIELDS);
      FieldScanner scanner = new FieldScanner(table);
      StringBuilder stream = new StringBuilder();
      boolean end = false;
      for (int event = 0; event < 2 + random.nextInt(12); event++) {
        ObjectNode value = event(random);
        expected.read(value);
        end |= value.path("type").asText().equals("end");
        String text = random.nextInt(9) == 0 ? value.toPrettyString() : value.toString();
        stream.append(text).append('\n');
        if (event > 0) {
          scanner.next();
        }
        scan(scanner, text.getBytes(StandardCharsets.UTF_8), random);
        assertThat(scanner.closed()).as(stream.toString()).isTrue();
        compared += scanner.comparedWhole() ? 1 : 0;
      }
      assertThat(scanner.terminal()).as(stream.toString()).isEqualTo(end);
      assertThat(scanner.contentSeen()).as(stream.toString()).isEqualTo(expected.seen);
      assertThat(scanner.tally("kind"))
          .as(stream.toString())
          .isEqualTo(expected.tallies.getOrDefault("kind", Map.of()));
      for (String name : List.of("id", "model", "created", "usage")) {
        String found = scanner.value(name);
        assertThat(found == null ? null : JSON.readTree(found))
            .as("%s of %s", name, stream)
            .isEqualTo(expected.kept.get(name));
      }
    }
    assertThat(compared).isGreaterThan(1000);
  }

  @Test
  void aStartThatIsCutOffBeforeItsEndSetsNothing() {
    FieldScanner scanner = new FieldScanner(table);
    for (int i = 0; i < 3; i++) {
      scan(scanner, "{\"id\":\"first\",\"model\":\"the model\",\"delta\":{}}");
      scanner.next();
    }
    scan(scanner, "{\"id\":\"first\",\"model\":\"the ");
    scanner.next();
    scan(scanner, "{\"id\":\"first\",\"model\":\"the other\",\"delta\":{}}");

    assertThat(scanner.value("model")).isEqualTo("\"the other\"");
  }

  private static void scan(FieldScanner scanner, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    scanner.scan(bytes, 0, bytes.length);
  }

  private static void scan(FieldScanner scanner, byte[] bytes, Random random) {
    int size = random.nextBoolean() ? bytes.length : 1 + random.nextInt(40);
    for (int at = 0; at < bytes.length; at += size) {
      byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size));
      scanner.scan(piece, 0, piece.length);
    }
  }

  /** Mostly the same members with the same values. */
  private static ObjectNode event(Random random) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    if (random.nextInt(30) == 0) {
      return event.put("type", random.nextBoolean() ? "ping" : "end");
    }
    event.put("type", "chunk").put("id", rarely(random, "chatcmpl-1", "chatcmpl-2"));
    event.put("model", rarely(random, "gpt-4o-mini", ""));
    if (random.nextInt(15) > 0) {
      event.put("created", rarely(random, "17528", "17529"));
    }
    if (random.nextInt(15) == 0) {
      event.put("kind", "a");
    }
    if (random.nextInt(15) == 0) {
      event.put("text", rarely(random, "", "x"));
    }
    if (random.nextInt(15) == 0) {
      event.putObject("usage").put("prompt_tokens", random.nextInt(10));
    }
    ObjectNode delta = event.putObject("delta");
    if (random.nextInt(10) == 0) {
      delta.put("id", "inner");
    }
    delta.put("text", rarely(random, "", "word"));
    if (random.nextInt(5) == 0) {
      event.putObject("usage").put("prompt_tokens", random.nextInt(10));
    }
    return event;
  }

  private static String rarely(Random random, String usual, String other) {
    return random.nextInt(12) == 0 ? other : usual;
  }
}

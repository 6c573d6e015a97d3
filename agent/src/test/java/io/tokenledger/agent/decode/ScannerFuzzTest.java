package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever a JSON library accepts, the scanner reads as that library does. */
class ScannerFuzzTest {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final List<FieldPath> FIELDS =
      List.of(
          FieldPath.usage("usage", "usage", "n"),
          FieldPath.last("nested", "a.b[0].c"),
          FieldPath.first("id", "id"),
          FieldPath.tally("type", "list[].type"));
  private static final FieldTable TABLE = FieldTable.compile(FIELDS);

  @FuzzTest
  void agreesWithALibraryOnWhateverThatAccepts(byte[] input) {
    JsonNode value = parsed(input);
    FieldScanner scanner = new FieldScanner(TABLE);
    scanner.scan(input, 0, input.length);
    if (value == null || !value.isContainerNode()) {
      return;
    }
    ReferenceFields expected = new ReferenceFields(FIELDS);
    expected.read(value);
    assertThat(scanner.closed()).isTrue();
    for (FieldPath field : FIELDS) {
      String found = scanner.value(field.name());
      JsonNode wanted = expected.kept.get(field.name());
      if (found == null) {
        assertThat(wanted == null || scanner.tooLarge(field.name())).isTrue();
      } else {
        assertThat(parsed(found.getBytes(StandardCharsets.UTF_8))).isEqualTo(wanted);
      }
    }
  }

  /** Through text: the library would take other encodings for JSON as well. */
  private static JsonNode parsed(byte[] input) {
    try {
      JsonNode value = JSON.readTree(new String(input, StandardCharsets.UTF_8));
      return value == null || value.isMissingNode() ? null : value;
    } catch (IOException noJson) {
      return null;
    }
  }
}

package io.tokenledger.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

class YamlReaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: 1",
        "---\na: b",
        "# only a comment\n",
        "a: b # comment\nc: d#not one\n",
        "a:\n  b: c\n  d:\n    e: f\ng: h",
        "a:   spaced out   \n",
        "a: 'it''s'\nb: \"q\\\"\\n\\u00e9\\x41\"",
        "a: it's # fine",
        "\"quoted key\": v\n'other': w",
        "a:\n- 1\n- 2\nb: c",
        "a:\n  - 1\n  - x: 1\n    y: 2\n  - { x: 3, y: 4 }",
        "a: [1, two, \"three, four\", 'five']",
        "a: { url: \"http://h:8080/p\", provider: openai, billed: false }",
        "a: {url: http://h:8080/p, b: [1, 2], }",
        "a: {}\nb: []",
        "a:\nb:\n  c:",
        "a: http://host:80/path?x=1&y=2",
        "a: {\"k\":\"v\"}",
        "a:\n  -\n    b: c\n  - d",
        "a:\n    - b:\n        c: d\n      e: f",
        "a: 1KiB\r\nb: 2\r\n",
        "a: \"\"\nb: ''",
        "queue.directory: /x\nlog.level: info",
        "{a: 1, b: {c: d}}",
        "a:\n  plain on the next line",
        "a: -1\nb: ?x\nc: :y",
        "a: 'x'   # c",
        "\uFEFFa: b",
        "a:\t b",
        "- 1",
      })
  void readsWhatItReadsAsALibraryDoes(String text) throws ConfigException {
    Object library = library(text);
    if (!(library instanceof Map)) {
      assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> YamlReader.read(text));
      return;
    }
    assertThat(plain(YamlReader.read(text))).isEqualTo(library);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: b: c",
        "a: *alias",
        "a: &anchor b",
        "a: !tag b",
        "a: |\n  block",
        "a: >\n  folded",
        "a: 'open",
        "a: \"open",
        "a: {b: c",
        "a: [b, c",
        "a: [b c] d",
        "a: 1\na: 2",
        "a: {b: 1, b: 2}",
        "\ta: b",
        "a:\n\tb: c",
        "a: 1\n  b: 2",
        "a:\n    b: 1\n  c: 2",
        "just text",
        "a: b\n---\nc: d",
        "a: @x",
        "a: `x`",
        "a: %x",
        "a: \"\\q\"",
        "a: \"\\u12\"",
        "a: {{b: c}: d}",
        "a: [b: c]",
        "a: ]",
        "a: - b",
        "a: 'b'c",
        "a: b\nc",
      })
  void saysWhereTheFileIsNotWhatItReads(String text) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> YamlReader.read(text))
        .withMessageMatching("line \\d+: .+");
  }

  @Test
  void agreesWithALibraryOnRandomLinesOrRefuses() {
    Random random = new Random(20261121);
    String[] parts = {
      "a",
      "b",
      "c",
      ": ",
      ":",
      " ",
      "  ",
      "\n",
      "\n  ",
      "\n- ",
      "\n  - ",
      "- ",
      "{",
      "}",
      "[",
      "]",
      ", ",
      ",",
      "'",
      "\"",
      "#",
      " # x",
      "1",
      "true",
      "~",
      "\\",
      "http://h/p",
      "\t",
      "''",
      "&",
      "*",
    };
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder("k: ");
      for (int n = random.nextInt(10); n >= 0; n--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      Object ours;
      try {
        ours = plain(YamlReader.read(text.toString()));
      } catch (ConfigException refused) {
        continue;
      }
      read++;
      assertThat(ours).as(text.toString()).isEqualTo(library(text.toString()));
    }
    assertThat(read).isGreaterThan(2_000);
  }

  @Test
  void refusesDeepNestingInsteadOfExhaustingTheStack() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> YamlReader.read("a: " + "[".repeat(100_000)));
  }

  private static Object library(String text) {
    try {
      return new Compose(LoadSettings.builder().build())
          .composeString(text)
          .map(YamlReaderTest::plain)
          .orElse(Map.of());
    } catch (YamlEngineException refused) {
      return "refused: " + refused.getMessage();
    }
  }

  private static Object plain(Node node) {
    if (node instanceof MappingNode mapping) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      mapping
          .getValue()
          .forEach(entry -> entries.put(plain(entry.getKeyNode()), plain(entry.getValueNode())));
      return entries;
    }
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream().map(YamlReaderTest::plain).toList();
    }
    return ((ScalarNode) node).getValue();
  }

  private static Object plain(YamlNode node) {
    if (node instanceof YamlNode.Mapping mapping) {
      Map<String, Object> entries = new LinkedHashMap<>();
      mapping.entries().forEach((key, value) -> entries.put(key, plain(value)));
      return entries;
    }
    if (node instanceof YamlNode.Sequence sequence) {
      List<Object> items = new ArrayList<>();
      sequence.items().forEach(item -> items.add(plain(item)));
      return items;
    }
    return ((YamlNode.Scalar) node).text();
  }
}

package io.tokenledger.agent.config;

import java.util.List;
import java.util.Map;

/** A value of the configuration file, with the line (from 1) that it stands on. */
sealed interface YamlNode {
  int line();

  /**
   * A plain or quoted value.
   *
   * @param text without quotes
   * @param quoted a quoted {@code "null"} is text, a plain one is nothing
   */
  record Scalar(int line, String text, boolean quoted) implements YamlNode {
    boolean isNothing() {
      return !quoted && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
    }
  }

  record Mapping(int line, Map<String, YamlNode> entries) implements YamlNode {}

  record Sequence(int line, List<YamlNode> items) implements YamlNode {}
}

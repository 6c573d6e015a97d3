package io.tokenledger.agent.config;

import io.tokenledger.agent.config.YamlNode.Mapping;
import io.tokenledger.agent.config.YamlNode.Scalar;
import io.tokenledger.agent.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A cursor over one line of YAML: a key, or a value that ends on the line. */
final class YamlLine {
  private static final int MAX_DEPTH = 16;

  private final int number;
  private final String text;
  private int at;

  YamlLine(int number, String text, int at) {
    this.number = number;
    this.text = text;
    this.at = at;
  }

  /** The key that the line starts with, and moves behind its colon; null when there is none. */
  String key() throws ConfigException {
    int start = at;
    String key;
    char first = text.charAt(at);
    if (first == '"' || first == '\'') {
      key = quoted();
      skipSpaces();
    } else if (first == '{' || first == '[') {
      return null;
    } else {
      int colon = plainKeyEnd();
      if (colon < 0) {
        return null;
      }
      refuseIndicator(first);
      key = text.substring(at, colon).strip();
      at = colon;
    }
    if (at >= text.length() || text.charAt(at) != ':' || !endsKey(at + 1)) {
      at = start;
      return null;
    }
    at++;
    skipSpaces();
    return key;
  }

  /** Whether nothing but a comment is left. */
  boolean atEnd() {
    return at >= text.length() || (text.charAt(at) == '#' && (at == 0 || isSpace(at - 1)));
  }

  /** The value that fills the rest of the line. */
  YamlNode value() throws ConfigException {
    YamlNode value;
    char first = text.charAt(at);
    if (first == '{' || first == '[') {
      value = flow(0);
    } else if (first == '"' || first == '\'') {
      value = new Scalar(number, quoted(), true);
    } else {
      return plain();
    }
    boolean spaced = at < text.length() && isSpace(at);
    skipSpaces();
    if (at < text.length() && !(spaced && text.charAt(at) == '#')) {
      throw error("unexpected text after the value");
    }
    return value;
  }

  private Scalar plain() throws ConfigException {
    refuseIndicator(text.charAt(at));
    int end = text.length();
    for (int i = at; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '#' && isSpace(i - 1)) {
        end = i;
        break;
      }
      if (c == ':' && endsKey(i + 1)) {
        throw error("a second ': ' on the line; put the value in quotes");
      }
    }
    return new Scalar(number, text.substring(at, end).strip(), false);
  }

  private YamlNode flow(int depth) throws ConfigException {
    if (depth > MAX_DEPTH) {
      throw error("nested deeper than " + MAX_DEPTH);
    }
    char first = text.charAt(at);
    if (first == '{') {
      return flowMapping(depth);
    }
    if (first == '[') {
      return flowSequence(depth);
    }
    if (first == '"' || first == '\'') {
      return new Scalar(number, quoted(), true);
    }
    return flowPlain();
  }

  private Mapping flowMapping(int depth) throws ConfigException {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    at++;
    for (skipFlowSpaces(); text.charAt(at) != '}'; skipFlowSpaces()) {
      boolean quotedKey = text.charAt(at) == '"' || text.charAt(at) == '\'';
      String key = quotedKey ? quoted() : flowPlain().text();
      skipFlowSpaces();
      if (text.charAt(at) != ':' || !(quotedKey || endsFlowKey(at + 1))) {
        throw error("'key: value' expected between { and }");
      }
      at++;
      skipFlowSpaces();
      YamlNode value =
          text.charAt(at) == ',' || text.charAt(at) == '}'
              ? new Scalar(number, "", false)
              : flow(depth + 1);
      if (entries.put(key, value) != null) {
        throw error(key + " is there twice");
      }
      separator('}');
    }
    at++;
    return new Mapping(number, entries);
  }

  private Sequence flowSequence(int depth) throws ConfigException {
    List<YamlNode> items = new ArrayList<>();
    at++;
    for (skipFlowSpaces(); text.charAt(at) != ']'; skipFlowSpaces()) {
      items.add(flow(depth + 1));
      skipFlowSpaces();
      if (text.charAt(at) == ':') {
        throw error("write { key: value } for a mapping inside [ ]");
      }
      separator(']');
    }
    at++;
    return new Sequence(number, items);
  }

  private void separator(char close) throws ConfigException {
    skipFlowSpaces();
    if (text.charAt(at) == ',') {
      at++;
    } else if (text.charAt(at) != close) {
      throw error("',' or '" + close + "' expected");
    }
  }

  private Scalar flowPlain() throws ConfigException {
    refuseIndicator(text.charAt(at));
    int start = at;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (isFlowIndicator(c) || (c == ':' && endsFlowKey(at + 1))) {
        break;
      }
      if (c == '#' && isSpace(at - 1)) {
        throw error("{ } and [ ] must end on the line they start on");
      }
      at++;
    }
    if (start == at) {
      throw error("a value expected before '" + text.charAt(at) + "'");
    }
    return new Scalar(number, text.substring(start, at).strip(), false);
  }

  private String quoted() throws ConfigException {
    char quote = text.charAt(at++);
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == quote) {
        if (quote == '"' || at >= text.length() || text.charAt(at) != '\'') {
          return out.toString();
        }
        at++;
      } else if (c == '\\' && quote == '"') {
        c = escaped();
      }
      out.append(c);
    }
    throw error("a quote that is not closed on its line");
  }

  private char escaped() throws ConfigException {
    char c = at < text.length() ? text.charAt(at++) : '\n';
    switch (c) {
      case '"':
      case '\\':
      case '/':
      case ' ':
        return c;
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case 'x':
        return hex(2);
      case 'u':
        return hex(4);
      default:
        throw error("unknown escape after \\; use single quotes for text with backslashes");
    }
  }

  private char hex(int digits) throws ConfigException {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at++), 16) : -1;
      if (digit < 0) {
        throw error(digits + " hexadecimal digits expected after \\x or \\u");
      }
      value = value * 16 + digit;
    }
    return (char) value;
  }

  private int plainKeyEnd() {
    for (int i = at; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '#' && i > at && isSpace(i - 1)) {
        return -1;
      }
      if (c == ':' && endsKey(i + 1)) {
        return i;
      }
    }
    return -1;
  }

  private boolean endsKey(int index) {
    return index >= text.length() || isSpace(index);
  }

  private boolean endsFlowKey(int index) {
    return endsKey(index) || isFlowIndicator(text.charAt(index));
  }

  private void refuseIndicator(char first) throws ConfigException {
    boolean alone = endsKey(at + 1);
    if ("&*!|>%@`,]}#\"'".indexOf(first) >= 0
        || (alone && (first == '-' || first == '?' || first == ':'))) {
      throw error("a value cannot start with " + first + " here; put it in quotes");
    }
  }

  private static boolean isFlowIndicator(char c) {
    return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
  }

  private boolean isSpace(int index) {
    char c = text.charAt(index);
    return c == ' ' || c == '\t';
  }

  private void skipSpaces() {
    while (at < text.length() && isSpace(at)) {
      at++;
    }
  }

  private void skipFlowSpaces() throws ConfigException {
    skipSpaces();
    if (at >= text.length()) {
      throw error("{ } and [ ] must end on the line they start on");
    }
  }

  private ConfigException error(String what) {
    return new ConfigException("line " + number + ": " + what);
  }
}

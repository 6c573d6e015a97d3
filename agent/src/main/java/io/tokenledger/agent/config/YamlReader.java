package io.tokenledger.agent.config;

import io.tokenledger.agent.config.YamlNode.Mapping;
import io.tokenledger.agent.config.YamlNode.Scalar;
import io.tokenledger.agent.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the part of YAML that configuration files need: block mappings and sequences, and on one
 * line plain and quoted scalars and flow collections. Whatever it reads, it reads as a YAML library
 * does; everything else (anchors, tags, block scalars, values over several lines, several
 * documents) is an error that says so. A library was rejected for its 31 to 34 ms in premain.
 */
final class YamlReader {
  private static final int MAX_DEPTH = 16;

  private final List<Line> lines = new ArrayList<>();
  private int next;

  private YamlReader(String text) throws ConfigException {
    int number = 0;
    for (int start = 0; start < text.length(); ) {
      number++;
      int end = lineEnd(text, start);
      String raw = text.substring(start, end);
      start = text.startsWith("\r\n", end) ? end + 2 : end + 1;
      int indent = 0;
      while (indent < raw.length() && raw.charAt(indent) == ' ') {
        indent++;
      }
      String content = raw.substring(indent).stripTrailing();
      if (content.isEmpty() || content.charAt(0) == '#') {
        continue;
      }
      if (content.charAt(0) == '\t') {
        throw new ConfigException("line " + number + ": indented by a tab, YAML wants spaces");
      }
      if (indent == 0 && lines.isEmpty() && content.equals("---")) {
        continue;
      }
      if (indent == 0 && (content.startsWith("---") || content.startsWith("..."))) {
        throw new ConfigException("line " + number + ": only one document is read");
      }
      lines.add(new Line(number, indent, content));
    }
  }

  /** By hand: a regular expression would be the first in the JVM, and cost a millisecond. */
  private static int lineEnd(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    return end;
  }

  /** The top of a document, a mapping; an empty document is an empty mapping. */
  static Mapping read(String text) throws ConfigException {
    YamlReader reader = new YamlReader(text.startsWith("\uFEFF") ? text.substring(1) : text);
    if (reader.lines.isEmpty()) {
      return new Mapping(1, Map.of());
    }
    Line first = reader.lines.get(0);
    YamlNode top =
        first.content.charAt(0) == '{' ? reader.inline(first) : reader.block(first.indent, 0);
    if (reader.next < reader.lines.size()) {
      throw reader.error("indented unlike the lines above");
    }
    if (top instanceof Mapping mapping) {
      return mapping;
    }
    throw new ConfigException("line " + first.number + ": 'key: value' expected");
  }

  private YamlNode inline(Line line) throws ConfigException {
    next++;
    return new YamlLine(line.number, line.content, 0).value();
  }

  private YamlNode block(int indent, int depth) throws ConfigException {
    if (depth > MAX_DEPTH) {
      throw error("nested deeper than " + MAX_DEPTH);
    }
    Line line = lines.get(next);
    return line.isItem() ? sequence(indent, depth) : mapping(indent, depth);
  }

  private Mapping mapping(int indent, int depth) throws ConfigException {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    int start = lines.get(next).number;
    while (next < lines.size() && lines.get(next).indent == indent && !lines.get(next).isItem()) {
      Line line = lines.get(next);
      YamlLine cursor = new YamlLine(line.number, line.content, 0);
      String key = cursor.key();
      if (key == null) {
        throw error("'key: value' expected");
      }
      next++;
      YamlNode value = cursor.atEnd() ? nested(line.number, indent, depth) : cursor.value();
      if (entries.put(key, value) != null) {
        throw new ConfigException("line " + line.number + ": " + key + " is there twice");
      }
      if (next < lines.size() && lines.get(next).indent > indent) {
        throw error("indented unlike the lines above; a value must end on its line");
      }
    }
    return new Mapping(start, entries);
  }

  /** What a key without a value on its own line holds. */
  private YamlNode nested(int number, int indent, int depth) throws ConfigException {
    if (next < lines.size()) {
      Line line = lines.get(next);
      if (line.indent > indent || (line.indent == indent && line.isItem())) {
        return blockOrValue(line, depth);
      }
    }
    return new Scalar(number, "", false);
  }

  private YamlNode blockOrValue(Line line, int depth) throws ConfigException {
    if (line.isItem() || new YamlLine(line.number, line.content, 0).key() != null) {
      return block(line.indent, depth + 1);
    }
    return inline(line);
  }

  private Sequence sequence(int indent, int depth) throws ConfigException {
    List<YamlNode> items = new ArrayList<>();
    int start = lines.get(next).number;
    while (next < lines.size() && lines.get(next).indent == indent && lines.get(next).isItem()) {
      Line line = lines.get(next);
      Line item = line.afterDash();
      if (item == null) {
        next++;
        Line below = next < lines.size() ? lines.get(next) : null;
        items.add(
            below != null && below.indent > indent
                ? blockOrValue(below, depth)
                : new Scalar(line.number, "", false));
      } else {
        lines.set(next, item);
        items.add(blockOrValue(item, depth));
      }
      if (next < lines.size() && lines.get(next).indent > indent) {
        throw error("indented unlike the lines above; a value must end on its line");
      }
    }
    return new Sequence(start, items);
  }

  private ConfigException error(String what) {
    return new ConfigException("line " + lines.get(next).number + ": " + what);
  }

  /** A line that is neither blank nor a comment. */
  private record Line(int number, int indent, String content) {
    boolean isItem() {
      return content.equals("-") || content.startsWith("- ");
    }

    /** What follows the dash, as a line of its own; null when nothing does. */
    Line afterDash() throws ConfigException {
      int from = 1;
      while (from < content.length() && content.charAt(from) == ' ') {
        from++;
      }
      if (from == content.length() || content.charAt(from) == '#') {
        return null;
      }
      if (content.charAt(from) == '\t') {
        throw new ConfigException("line " + number + ": a tab after the dash, YAML wants spaces");
      }
      return new Line(number, indent + from, content.substring(from));
    }
  }
}

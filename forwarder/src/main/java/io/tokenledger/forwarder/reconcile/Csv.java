package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** CSV after RFC 4180, with names of columns in its first line. */
final class Csv {
  /** One line; asking for a column that is not there is a complaint. */
  record Row(int line, Map<String, Integer> columns, List<String> fields) {
    String get(String column) {
      Integer index = columns.get(column);
      if (index == null) {
        throw new IllegalArgumentException("no column '" + column + "'");
      }
      return index < fields.size() ? fields.get(index).strip() : "";
    }

    /** A number; null where the field is empty. */
    BigDecimal decimal(String column) {
      try {
        return get(column).isEmpty() ? null : new BigDecimal(get(column));
      } catch (NumberFormatException malformed) {
        throw complaint("'" + column + "' is '" + get(column) + "', not a number");
      }
    }

    /** A number that no line goes without. */
    BigDecimal presentDecimal(String column) {
      BigDecimal number = decimal(column);
      if (number == null) {
        throw complaint("'" + column + "' is empty");
      }
      return number;
    }

    IllegalArgumentException complaint(String what) {
      return new IllegalArgumentException("line " + line + ": " + what);
    }

    /** The field, or what stands for a column that is not there. */
    String getOr(String column, String absent) {
      return columns.containsKey(column) ? get(column) : absent;
    }
  }

  private Csv() {}

  static List<Row> read(String content) {
    List<List<String>> lines = lines(content);
    Map<String, Integer> columns = new HashMap<>();
    List<Row> rows = new ArrayList<>();
    int number = 0;
    for (List<String> line : lines) {
      number++;
      if (columns.isEmpty()) {
        for (int i = 0; i < line.size(); i++) {
          columns.put(column(line.get(i).strip()), i);
        }
      } else if (line.size() > 1 || !line.get(0).isBlank()) {
        rows.add(new Row(number, columns, line));
      }
    }
    return rows;
  }

  /** AWS names a column {@code lineItem/UsageType} in older reports, in newer ones as we do. */
  private static String column(String name) {
    return name.replace('/', '_').replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private static List<List<String>> lines(String content) {
    List<List<String>> lines = new ArrayList<>();
    List<String> line = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (quoted) {
        if (c != '"') {
          field.append(c);
        } else if (i + 1 < content.length() && content.charAt(i + 1) == '"') {
          field.append(content.charAt(++i));
        } else {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',') {
        line.add(take(field));
      } else if (c == '\n') {
        line.add(take(field));
        lines.add(line);
        line = new ArrayList<>();
      } else if (c != '\r') {
        field.append(c);
      }
    }
    if (field.length() > 0 || !line.isEmpty()) {
      line.add(take(field));
      lines.add(line);
    }
    return lines;
  }

  private static String take(StringBuilder field) {
    String text = field.toString();
    field.setLength(0);
    return text;
  }
}

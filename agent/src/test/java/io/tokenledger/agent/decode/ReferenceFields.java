package io.tokenledger.agent.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules of {@link FieldPath} over parsed values: slow, obvious, and sharing no code. */
final class ReferenceFields {
  final Map<String, JsonNode> kept = new LinkedHashMap<>();
  final Map<String, Map<String, Long>> tallies = new LinkedHashMap<>();
  boolean seen;

  private final List<FieldPath> fields;

  ReferenceFields(List<FieldPath> fields) {
    this.fields = fields;
  }

  void read(JsonNode value) {
    for (FieldPath field : fields) {
      for (JsonNode found : at(value, field.path())) {
        found(field, found);
      }
    }
  }

  private void found(FieldPath field, JsonNode value) {
    boolean empty = value.isNull() || value.isTextual() && value.textValue().isEmpty();
    if (empty) {
      return;
    }
    boolean needsMet = field.needs().isEmpty();
    for (String need : field.needs()) {
      needsMet |= value.path(need).isNumber();
    }
    switch (field.capture()) {
      case LAST -> {
        if (needsMet) {
          kept.put(field.name(), value);
        }
      }
      case FIRST -> {
        if (needsMet) {
          kept.putIfAbsent(field.name(), value);
        }
      }
      case TALLY -> {
        if (value.isTextual()) {
          tallies
              .computeIfAbsent(field.name(), name -> new LinkedHashMap<>())
              .merge(value.textValue(), 1L, Long::sum);
        }
      }
      case SUM -> {
        long sum = kept.containsKey(field.name()) ? kept.get(field.name()).asLong() : 0;
        boolean counts = sum >= 0 && value.isIntegralNumber() && value.asLong() >= 0;
        kept.put(field.name(), new LongNode(counts ? sum + value.asLong() : -1));
      }
      case EACH ->
          ((ArrayNode)
                  kept.computeIfAbsent(field.name(), name -> JsonNodeFactory.instance.arrayNode()))
              .add(value);
      case SEEN -> seen |= !(value.isArray() && value.isEmpty());
    }
  }

  private static List<JsonNode> at(JsonNode top, String path) {
    List<JsonNode> found = List.of(top);
    for (String step : path.replace("[", ".[").split("\\.")) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : found) {
        if (step.equals("[]") && node.isArray()) {
          node.forEach(next::add);
        } else if (step.equals("[0]") && node.isArray() && node.size() > 0) {
          next.add(node.get(0));
        } else if (!step.startsWith("[") && node.isObject() && node.has(step)) {
          next.add(node.get(step));
        }
      }
      found = next;
    }
    return found;
  }
}

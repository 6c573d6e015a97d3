package io.tokenledger.agent.provider.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.provider.SurfaceFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Captures the fields of a surface from whole texts with a JSON library: slow, simple, and the
 * measure of what the agent's scanner must find piece by piece.
 */
public final class ReferenceCapture implements Captured {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RecognisedCall call;
  private final RequestTarget target;
  private final Integer status;
  private final boolean streamed;
  private final String framing;
  private final Map<String, String> requestHeaders;
  private final Map<String, String> responseHeaders;
  private final Map<String, String> request = new LinkedHashMap<>();
  private final Map<String, String> response = new LinkedHashMap<>();
  private final Map<String, Map<String, Long>> tallies = new LinkedHashMap<>();
  private Ending ending;

  private ReferenceCapture(Recording recording, RecognisedCall call) {
    this.call = call;
    target = recording.target();
    status = recording.status();
    streamed = recording.streamed();
    framing = recording.framing();
    requestHeaders = recording.requestHeaders();
    responseHeaders = recording.responseHeaders();
    if (recording.requestBody() != null) {
      SurfaceFields fields = call.surface().fields();
      fields.request().forEach(field -> take(field, recording.requestBody(), request));
    }
  }

  /** Of one answer with all its values. */
  public static Captured of(Recording recording, RecognisedCall call) {
    ReferenceCapture capture = new ReferenceCapture(recording, call);
    List<String> values = ReferenceFraming.values(recording);
    capture.ending = recording.streamed() ? capture.events(values) : capture.body(values);
    return capture;
  }

  /** As above, or one for each line where each is an exchange's result of its own. */
  static List<Captured> all(Recording recording, RecognisedCall call) {
    if (recording.items().isEmpty()) {
      return List.of(of(recording, call));
    }
    List<Captured> captures = new ArrayList<>();
    for (String line : ReferenceFraming.values(recording)) {
      ReferenceCapture capture = new ReferenceCapture(recording, call);
      capture.ending = capture.body(List.of(line));
      if (call.surface().isResult(capture)) {
        captures.add(capture);
      }
    }
    return captures;
  }

  private Ending body(List<String> values) {
    if (framing.equals("binary") || framing.equals("other")) {
      return Ending.COMPLETE;
    }
    JsonNode value = values.isEmpty() ? null : parse(values.get(0));
    if (value == null) {
      return Ending.TRUNCATED;
    }
    take(value);
    return Ending.COMPLETE;
  }

  private Ending events(List<String> values) {
    SurfaceFields.StreamEnd end = call.surface().fields().streamEnd();
    for (String event : values) {
      if (event.equals(end.data())) {
        return Ending.COMPLETE;
      }
      JsonNode value = parse(event);
      if (value != null) {
        take(value);
        if (end.types().contains(value.path(end.member()).asText()) || isLastOfAws(value, end)) {
          return Ending.COMPLETE;
        }
      }
    }
    boolean endless = end.data() == null && end.types().isEmpty();
    Ending atEnd = endless ? Ending.COMPLETE : Ending.TRUNCATED;
    return end.of(atEnd, name -> response.get(name) != null);
  }

  private boolean isLastOfAws(JsonNode event, SurfaceFields.StreamEnd end) {
    return framing.equals("aws-eventstream") && end.types().stream().anyMatch(event::has);
  }

  private void take(JsonNode value) {
    call.surface().fields().response().forEach(field -> take(field, value, response));
  }

  private void take(FieldPath field, JsonNode root, Map<String, String> slots) {
    for (JsonNode value : at(root, field.path())) {
      switch (field.capture()) {
        case LAST -> {
          if (counts(field, value)) {
            slots.put(field.name(), value.toString());
          }
        }
        case FIRST -> {
          if (counts(field, value)) {
            slots.putIfAbsent(field.name(), value.toString());
          }
        }
        case TALLY -> {
          if (value.isTextual()) {
            tallies
                .computeIfAbsent(field.name(), name -> new LinkedHashMap<>())
                .merge(value.asText(), 1L, Long::sum);
          }
        }
        case SUM -> sum(field.name(), value, slots);
        case EACH -> {
          String before = slots.get(field.name());
          String list = before == null ? "[" : before.substring(0, before.length() - 1) + ",";
          slots.put(field.name(), list + value + "]");
        }
        case SEEN -> {}
      }
    }
  }

  private static void sum(String name, JsonNode value, Map<String, String> slots) {
    long before = Long.parseLong(slots.getOrDefault(name, "0"));
    boolean count = value.isNumber() && value.asDouble() == value.asLong() && value.asLong() >= 0;
    slots.put(name, Long.toString(count && before >= 0 ? before + value.asLong() : -1));
  }

  private static boolean counts(FieldPath field, JsonNode value) {
    if (value.isNull() || (value.isTextual() && value.asText().isEmpty())) {
      return false;
    }
    return field.needs().isEmpty()
        || field.needs().stream().anyMatch(name -> value.path(name).isNumber());
  }

  private static List<JsonNode> at(JsonNode root, String path) {
    List<JsonNode> nodes = List.of(root);
    for (String step : path.split("\\.")) {
      boolean every = step.endsWith("[]");
      boolean first = step.endsWith("[0]");
      String member = step.replace("[]", "").replace("[0]", "");
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : nodes) {
        JsonNode value = node.isObject() ? node.get(member) : null;
        if (value == null) {
          continue;
        }
        if (every && value.isArray()) {
          value.forEach(next::add);
        } else if (first && value.isArray() && !value.isEmpty()) {
          next.add(value.get(0));
        } else if (!every && !first) {
          next.add(value);
        }
      }
      nodes = next;
    }
    return nodes;
  }

  private static JsonNode parse(String text) {
    try {
      JsonNode value = JSON.readTree(text);
      return value.isMissingNode() ? null : value;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  @Override
  public String provider() {
    return call.provider();
  }

  @Override
  public RequestTarget target() {
    return target;
  }

  @Override
  public Ending ending() {
    return ending;
  }

  @Override
  public Integer status() {
    return status;
  }

  @Override
  public Boolean streamed() {
    return streamed;
  }

  @Override
  public String framing() {
    return framing;
  }

  @Override
  public String request(String name) {
    return request.get(name);
  }

  @Override
  public boolean requestUnseen() {
    return false;
  }

  @Override
  public String response(String name) {
    return response.get(name);
  }

  @Override
  public boolean tooLarge(String name) {
    return false;
  }

  @Override
  public Map<String, Long> tally(String name) {
    return tallies.getOrDefault(name, Map.of());
  }

  @Override
  public String responseHeader(String name) {
    return responseHeaders.get(name);
  }

  @Override
  public String requestHeader(String name) {
    return requestHeaders.get(name);
  }

  @Override
  public boolean undecodable() {
    return false;
  }
}

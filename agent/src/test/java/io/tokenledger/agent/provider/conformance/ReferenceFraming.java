package io.tokenledger.agent.provider.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Cuts a recorded body into the values that a surface reads, whole and with a JSON library. */
final class ReferenceFraming {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReferenceFraming() {}

  /** The body itself, or the data of each of its events, lines or elements. */
  static List<String> values(Recording recording) {
    return switch (recording.framing()) {
      case "sse" -> serverSentEvents(recording.responseText());
      case "ndjson" -> recording.responseText().lines().filter(line -> !line.isBlank()).toList();
      case "json-array" -> elements(recording.responseText());
      case "aws-eventstream" -> awsEvents(ByteBuffer.wrap(recording.responseBody()));
      default -> List.of(recording.responseText());
    };
  }

  private static List<String> serverSentEvents(String text) {
    List<String> events = new ArrayList<>();
    StringBuilder data = new StringBuilder();
    for (String line : (text + "\n\n").split("\r\n|\n|\r", -1)) {
      if (line.startsWith("data:")) {
        data.append(line.substring(5).stripLeading()).append('\n');
      } else if (line.isEmpty() && data.length() > 0) {
        events.add(data.toString().strip());
        data.setLength(0);
      }
    }
    return events;
  }

  private static List<String> elements(String text) {
    List<String> elements = new ArrayList<>();
    parse(text).forEach(element -> elements.add(element.toString()));
    return elements;
  }

  /**
   * Each event as {@code {"<event type>": payload}}, an exception as {@code
   * {"exception":{"type":...,"body":payload}}}, a chunk of a model's own stream as that stream's
   * JSON.
   */
  private static List<String> awsEvents(ByteBuffer body) {
    List<String> events = new ArrayList<>();
    while (body.remaining() >= 16) {
      int start = body.position();
      int length = body.getInt();
      int headersLength = body.getInt();
      body.getInt();
      Map<String, String> headers = awsHeaders(body, body.position() + headersLength);
      byte[] payload = new byte[length - headersLength - 16];
      body.get(payload);
      events.add(awsEvent(headers, new String(payload, StandardCharsets.UTF_8)));
      body.position(start + length);
    }
    return events;
  }

  private static String awsEvent(Map<String, String> headers, String payload) {
    if ("exception".equals(headers.get(":message-type"))) {
      String type = headers.get(":exception-type");
      return "{\"exception\":{\"type\":\"" + type + "\",\"body\":" + payload + "}}";
    }
    String type = headers.get(":event-type");
    JsonNode bytes = parse(payload).path("bytes");
    return type.equals("chunk") && bytes.isTextual()
        ? new String(Base64.getDecoder().decode(bytes.asText()), StandardCharsets.UTF_8)
        : "{\"" + type + "\":" + payload + "}";
  }

  /** Strings only: the event types and message types are. */
  private static Map<String, String> awsHeaders(ByteBuffer body, int end) {
    Map<String, String> headers = new HashMap<>();
    while (body.position() < end) {
      String name = text(body, body.get());
      if (body.get() != 7) {
        throw new IllegalStateException("header " + name + " is no string");
      }
      headers.put(name, text(body, body.getShort()));
    }
    return headers;
  }

  private static String text(ByteBuffer body, int length) {
    byte[] bytes = new byte[length];
    body.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}

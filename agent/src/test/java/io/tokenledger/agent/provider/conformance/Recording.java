package io.tokenledger.agent.provider.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.agent.decode.AwsMessages;
import io.tokenledger.agent.exchange.RequestTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One exchange on disk: {@code meta.json}, {@code request.json}, {@code response.body} and {@code
 * expected.json} in a folder of its own.
 *
 * @param folder the folder
 * @param meta provider, api, status, whether it streams, response headers
 * @param request method, url, headers, body
 * @param expected what a correct reader reports
 */
public record Recording(Path folder, JsonNode meta, JsonNode request, JsonNode expected) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A part of a form that is no file. */
  private static final Pattern FORM_FIELD =
      Pattern.compile("(?i)form-data; name=\"([^\"]*)\"\r\n\r\n(.*)\r\n", Pattern.DOTALL);

  /** The project's own exchanges, which need no recordings: from a folder, or from a jar. */
  public static List<Recording> own() {
    try {
      URI exchanges = Recording.class.getResource("/exchanges").toURI();
      return in(
          exchanges.getScheme().equals("jar")
              ? opened(exchanges).getPath("/exchanges")
              : Path.of(exchanges));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stays open: bodies are read when they are asked for. */
  private static FileSystem opened(URI jar) {
    synchronized (Recording.class) {
      try {
        return FileSystems.getFileSystem(jar);
      } catch (FileSystemNotFoundException first) {
        try {
          return FileSystems.newFileSystem(jar, Map.of());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** All exchanges below a folder, by name. */
  public static List<Recording> in(Path exchanges) {
    try (Stream<Path> folders = Files.list(exchanges)) {
      return folders.sorted().map(Recording::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return folder.getFileName().toString().replace("/", ""); // a folder in a jar may end in one
  }

  public String provider() {
    return expected.get("provider").asText();
  }

  public String api() {
    return expected.get("api").asText();
  }

  public boolean streamed() {
    return meta.get("streaming").asBoolean();
  }

  public int status() {
    return meta.get("status").asInt();
  }

  public RequestTarget target() {
    URI url = URI.create(request.get("url").asText());
    int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
    return new RequestTarget(
        "test",
        request.get("method").asText(),
        url.getScheme(),
        url.getHost(),
        port,
        url.getRawPath(),
        url.getRawQuery());
  }

  /** The request's JSON body, or the text fields of its form, or null when it has neither. */
  public JsonNode requestBody() {
    JsonNode body = request.get("body");
    if (body != null && !body.isNull()) {
      return body;
    }
    String type = requestHeaders().getOrDefault("content-type", "");
    return type.startsWith("multipart/form-data") && request.hasNonNull("body_text")
        ? form(type.substring(type.indexOf("boundary=") + "boundary=".length()))
        : null;
  }

  private JsonNode form(String boundary) {
    ObjectNode fields = JSON.createObjectNode();
    for (String part : request.get("body_text").asText().split("--" + Pattern.quote(boundary))) {
      Matcher field = FORM_FIELD.matcher(part);
      if (field.find()) {
        fields.put(field.group(1), field.group(2));
      }
    }
    return fields;
  }

  /** The request's bytes as far as they were recorded, or null when there are none. */
  public byte[] requestBytes() {
    String text =
        request.hasNonNull("body_text")
            ? request.get("body_text").asText()
            : requestBody() == null ? null : requestBody().toString();
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  /** How the response body is cut into values, such as {@code sse}. */
  public String framing() {
    return expected.get("framing").asText();
  }

  /** What is expected of each line of a batch's result file; empty for all else. */
  public List<JsonNode> items() {
    List<JsonNode> items = new ArrayList<>();
    expected.path("items").forEach(items::add);
    return items;
  }

  /**
   * The decoded bytes: {@code response.body}, or the AWS event stream whose messages {@code
   * response.events} has, a line for each.
   */
  public byte[] responseBody() {
    Path events = folder.resolve("response.events");
    try {
      return Files.exists(events)
          ? awsMessages(Files.readAllLines(events))
          : Files.readAllBytes(folder.resolve("response.body"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String responseText() {
    return new String(responseBody(), StandardCharsets.UTF_8);
  }

  public Map<String, String> responseHeaders() {
    return headers(meta.get("response_headers"));
  }

  public Map<String, String> requestHeaders() {
    return headers(request.get("headers"));
  }

  @Override
  public String toString() {
    return name();
  }

  /**
   * {@code event <type> <payload>}, {@code exception <type> <payload>}, or {@code chunk <the
   * model's own JSON>}.
   */
  private static byte[] awsMessages(List<String> lines) {
    AwsMessages messages = new AwsMessages();
    for (String line : lines) {
      String[] words = line.split(" ", line.startsWith("chunk ") ? 2 : 3);
      switch (words[0]) {
        case "event" -> messages.event(words[1], words[2]);
        case "chunk" -> messages.chunk(words[1]);
        case "exception" -> messages.exception(words[1], words[2]);
        default -> throw new IllegalStateException("response.events: no message: " + line);
      }
    }
    return messages.bytes();
  }

  private static Map<String, String> headers(JsonNode headers) {
    Map<String, String> values = new LinkedHashMap<>();
    if (headers != null) {
      headers.properties().forEach(header -> values.put(header.getKey(), text(header.getValue())));
    }
    return values;
  }

  private static String text(JsonNode value) {
    return value.isArray() ? value.get(value.size() - 1).asText() : value.asText();
  }

  private static Recording read(Path folder) {
    return new Recording(
        folder,
        json(folder.resolve("meta.json")),
        json(folder.resolve("request.json")),
        json(folder.resolve("expected.json")));
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

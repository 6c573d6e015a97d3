package io.tokenledger.it.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An exchange with a provider that somebody recorded: {@code meta.json}, {@code request.json},
 * {@code response.body} and {@code expected.json} in one folder.
 *
 * @param folder the folder
 * @param meta where it comes from, and the response's headers
 * @param request method, url, headers and body
 * @param expected what a correct reader of the exchange reports
 */
record RecordedExchange(Path folder, JsonNode meta, JsonNode request, JsonNode expected) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Headers that a client sets itself, or that would change how the body travels. */
  private static final Set<String> NOT_SENT =
      Set.of("accept-encoding", "content-length", "host", "connection", "transfer-encoding");

  /** The exchanges of a folder of recordings, sorted by name. */
  static List<RecordedExchange> in(Path transcripts) {
    try (Stream<Path> folders = Files.list(transcripts.resolve("exchanges"))) {
      return folders.sorted().map(RecordedExchange::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RecordedExchange read(Path folder) {
    try {
      return new RecordedExchange(
          folder,
          JSON.readTree(folder.resolve("meta.json").toFile()),
          JSON.readTree(folder.resolve("request.json").toFile()),
          JSON.readTree(folder.resolve("expected.json").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String id() {
    return folder.getFileName().toString();
  }

  String provider() {
    return meta.get("provider").asText();
  }

  String api() {
    return meta.get("api").asText();
  }

  boolean streamed() {
    return meta.get("streaming").asBoolean();
  }

  String method() {
    return request.get("method").asText();
  }

  /** The path and query that follow the provider's host. */
  String target() {
    URI url = URI.create(request.get("url").asText());
    return url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
  }

  Map<String, String> requestHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    request
        .get("headers")
        .properties()
        .forEach(
            header -> {
              if (!NOT_SENT.contains(header.getKey())) {
                headers.put(header.getKey(), header.getValue().asText());
              }
            });
    return headers;
  }

  /** The request's body, or null when it has none. */
  byte[] requestBody() {
    if (request.hasNonNull("body_text")) {
      return request.get("body_text").asText().getBytes(StandardCharsets.UTF_8);
    }
    return request.hasNonNull("body")
        ? request.get("body").toString().getBytes(StandardCharsets.UTF_8)
        : null;
  }

  int status() {
    return meta.get("status").asInt();
  }

  /** Response headers, without those of the transfer. */
  Map<String, String> responseHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    meta.get("response_headers")
        .properties()
        .forEach(
            header -> {
              if (!NOT_SENT.contains(header.getKey())
                  && !header.getKey().equals("content-encoding")) {
                headers.put(header.getKey(), header.getValue().asText());
              }
            });
    return headers;
  }

  byte[] responseBody() {
    try {
      return Files.readAllBytes(folder.resolve("response.body"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.tokenledger.it.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The routes of a fake OpenAI ({@code /openai/v1}) and a fake Anthropic ({@code /anthropic}) that
 * replay the small exchanges under {@code replay/}; streams come as streams, with usage only where
 * the request asks for it.
 */
public final class ReplayProvider {
  private ReplayProvider() {}

  /** A fake provider with these routes. */
  public static FakeProvider start() {
    return FakeProvider.start()
        .on("/openai/v1/chat/completions", ReplayProvider::chat)
        .on("/openai/v1/responses", Reply.json(200, replay("openai.responses.json")))
        .on("/openai/v1/embeddings", Reply.json(200, replay("openai.embeddings.json")))
        .on("/anthropic/v1/messages", ReplayProvider::messages);
  }

  private static Reply chat(Request request) {
    if (!streams(request)) {
      return Reply.json(200, replay("openai.chat.json"));
    }
    return Reply.sse(
        replay(asksForUsage(request.text()) ? "openai.chat.sse" : "openai.chat.nousage.sse"));
  }

  private static Reply messages(Request request) {
    return streams(request)
        ? Reply.sse(replay("anthropic.messages.sse"))
        : Reply.json(200, replay("anthropic.messages.json"));
  }

  private static boolean streams(Request request) {
    return request.text().replace(" ", "").contains("\"stream\":true");
  }

  /** One and the same OpenAI stream as it is when usage was asked for, or was not. */
  public static String chatStream(boolean asked) {
    String stream = replay("openai.chat.sse");
    if (asked) {
      return stream;
    }
    int usage = stream.indexOf("\"choices\":[]");
    int from = stream.lastIndexOf("data:", usage);
    int to = stream.indexOf("data:", usage);
    return (stream.substring(0, from) + stream.substring(to)).replace(",\"usage\":null", "");
  }

  /** Whether a request asks for the usage of its stream. */
  public static boolean asksForUsage(String request) {
    return request.replace(" ", "").contains("\"include_usage\":true");
  }

  /** The text of a file under {@code replay/}. */
  public static String replay(String name) {
    try (InputStream in = ReplayProvider.class.getResourceAsStream("/replay/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

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
    boolean asksForUsage = request.text().replace(" ", "").contains("\"include_usage\":true");
    return Reply.sse(replay(asksForUsage ? "openai.chat.sse" : "openai.chat.nousage.sse"));
  }

  private static Reply messages(Request request) {
    return streams(request)
        ? Reply.sse(replay("anthropic.messages.sse"))
        : Reply.json(200, replay("anthropic.messages.json"));
  }

  private static boolean streams(Request request) {
    return request.text().replace(" ", "").contains("\"stream\":true");
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

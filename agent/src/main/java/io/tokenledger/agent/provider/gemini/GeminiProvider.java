package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Dialect;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/** The Gemini API, with OpenAI's language below {@code /openai/}. */
public final class GeminiProvider implements Provider, Dialect {
  private final Provider openAi;

  /**
   * @param openAi whose surfaces Gemini's OpenAI-compatible endpoint shares
   */
  public GeminiProvider(Provider openAi) {
    this.openAi = openAi;
  }

  @Override
  public String name() {
    return "gemini";
  }

  @Override
  public boolean servesHost(String host) {
    return host.equalsIgnoreCase("generativelanguage.googleapis.com");
  }

  @Override
  public Surface surface(String method, String path) {
    return path.contains("/openai/")
        ? openAi.surface(method, path)
        : GeminiSurfaces.of(method, path);
  }

  /** {@code /models/<model>:generateContent} is nobody else's; the other paths might be. */
  @Override
  public Surface dialectSurface(RequestTarget target) {
    Surface surface = GeminiSurfaces.action(target.method(), target.path());
    return surface != null
            && (target.path().contains("/models/") || target.path().contains("/tunedModels/"))
            && !target.path().endsWith(":predict")
        ? surface
        : null;
  }

  @Override
  public List<String> hosts() {
    return List.of("generativelanguage.googleapis.com");
  }

  @Override
  public List<String> calls() {
    return List.of(
        "POST /v1beta/models/{model}:generateContent",
        "POST /v1beta/models/{model}:streamGenerateContent",
        "POST /v1beta/models/{model}:embedContent",
        "POST /v1beta/models/{model}:batchEmbedContents",
        "POST /v1beta/models/{model}:predict",
        "POST /v1beta/models/{model}:predictLongRunning",
        "POST /v1beta/interactions",
        "GET /v1beta/interactions/{id}",
        "GET /v1beta/batches/{id}",
        "GET /download/v1beta/files/{id}:download",
        "POST /v1beta/openai/chat/completions");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead(
            "POST /v1beta/models/{model}:countTokens", "Counts tokens and generates none: free."),
        new NotRead(
            "POST /v1beta/models/{model}:batchGenerateContent", "The job, not its results."),
        new NotRead("POST /v1beta/cachedContents", "Says how much is stored, not what was used."));
  }
}

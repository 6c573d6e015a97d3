package io.tokenledger.agent.provider.cohere;

import io.tokenledger.agent.provider.HostName;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;

/**
 * Cohere, with OpenAI's language below {@code /compatibility/} and for transcriptions. Token
 * counting ({@code /tokenize}, {@code /detokenize}) is no call.
 */
public final class CohereProvider implements Provider {
  /** End of a path, then name of the API, request type, and whether the API generates text. */
  private static final CohereSurface[] SURFACES = {
    new CohereSurface("/v2/chat", "cohere.chat.v2", "chat", true),
    new CohereSurface("/v1/chat", "cohere.chat.v1", "chat", true),
    new CohereSurface("/v2/embed", "cohere.embed.v2", "embedding", false),
    new CohereSurface("/v1/embed", "cohere.embed.v1", "embedding", false),
    new CohereSurface("/v2/rerank", "cohere.rerank.v2", "rerank", false),
    new CohereSurface("/v1/rerank", "cohere.rerank.v1", "rerank", false),
    new CohereSurface("/v1/generate", "cohere.generate.v1", "completion", true),
    new CohereSurface("/v1/summarize", "cohere.summarize.v1", "completion", true),
    new CohereSurface("/v1/classify", "cohere.classify.v1", "classification", false),
  };

  private final Provider openAi;

  /**
   * @param openAi whose surfaces the OpenAI-compatible paths share
   */
  public CohereProvider(Provider openAi) {
    this.openAi = openAi;
  }

  @Override
  public String name() {
    return "cohere";
  }

  @Override
  public boolean servesHost(String host) {
    return HostName.isOrRegionOf(host, "api.cohere.com")
        || HostName.isOrRegionOf(host, "api.cohere.ai");
  }

  @Override
  public Surface surface(String method, String path) {
    if (method.equals("POST")) {
      for (CohereSurface surface : SURFACES) {
        if (path.endsWith(surface.path())) {
          return surface;
        }
      }
    }
    return openAi.surface(method, path);
  }
}

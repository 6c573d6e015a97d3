package io.tokenledger.agent.provider.cohere;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Dialect;
import io.tokenledger.agent.provider.HostName;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.ArrayList;
import java.util.List;

/**
 * Cohere, with OpenAI's language below {@code /compatibility/} and for transcriptions. Token
 * counting ({@code /tokenize}, {@code /detokenize}) is no call.
 */
public final class CohereProvider implements Provider, Dialect {
  private static final String TRANSCRIPTIONS = "/audio/transcriptions";

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
    if (path.endsWith("/v2" + TRANSCRIPTIONS)) {
      return openAi.surface(method, "/v1" + TRANSCRIPTIONS);
    }
    Surface surface = own(method, path);
    return surface == null ? openAi.surface(method, path) : surface;
  }

  /** A proxy that passes calls on keeps the provider's name before its path. */
  @Override
  public Surface dialectSurface(RequestTarget target) {
    return target.path().contains("/cohere/") ? own(target.method(), target.path()) : null;
  }

  @Override
  public List<String> hosts() {
    return List.of("api.cohere.com", "api.cohere.ai", "*.api.cohere.com", "*.api.cohere.ai");
  }

  @Override
  public List<String> calls() {
    List<String> calls = new ArrayList<>();
    for (CohereSurface surface : SURFACES) {
      calls.add("POST " + surface.path());
    }
    calls.add("POST /v2/audio/transcriptions");
    calls.add("POST /compatibility/v1/chat/completions");
    return List.copyOf(calls);
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead("POST /v1/tokenize", "Counts tokens and generates none: free."),
        new NotRead("POST /v1/detokenize", "Turns tokens into text: free."),
        new NotRead("POST /v1/embed-jobs", "The job, not its results, which are no HTTP answer."));
  }

  private static Surface own(String method, String path) {
    if (method.equals("POST")) {
      for (CohereSurface surface : SURFACES) {
        if (path.endsWith(surface.path())) {
          return surface;
        }
      }
    }
    return null;
  }
}

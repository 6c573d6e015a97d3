package io.tokenledger.agent.provider.anthropic;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Dialect;
import io.tokenledger.agent.provider.HostName;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/**
 * Anthropic, and hosts that speak its language. Token counting and batch jobs stand below {@code
 * /messages}, or are a model of their own (Vertex AI's {@code count-tokens}), and are no calls; the
 * results of a batch are.
 */
public final class AnthropicProvider implements Provider, Dialect {
  private static final String VERSIONED = "/v1/messages";
  private static final String BATCHES = "/messages/batches/";
  private static final String LEGACY = "/v1/complete";
  private static final String VERTEX = "/publishers/anthropic/models/";
  private static final String VERTEX_COUNTING = VERTEX + "count-tokens";

  private final Surface messages = new MessagesSurface();
  private final Surface complete = new CompleteSurface();
  private final Surface batchResults = new BatchResultsSurface();

  @Override
  public String name() {
    return "anthropic";
  }

  @Override
  public boolean servesHost(String host) {
    return HostName.isOrRegionOf(host, "api.anthropic.com");
  }

  @Override
  public Surface surface(String method, String path) {
    if (!method.equals("POST")) {
      return isBatchResults(method, path) ? batchResults : null;
    }
    return path.equals("/messages") ? messages : posted(path);
  }

  /** As on its own hosts, but for {@code /complete}, which is a word of anybody's API. */
  @Override
  public Surface dialectSurface(RequestTarget target) {
    if (!target.method().equals("POST")) {
      return isBatchResults(target.method(), target.path()) ? batchResults : null;
    }
    Surface surface = posted(target.path());
    return surface == complete ? null : surface;
  }

  /**
   * {@code /messages} is a word of anybody's API (OpenAI's threads have it too), so the version
   * must stand before it, unless a configured prefix took it.
   */
  private Surface posted(String path) {
    if (path.endsWith(VERSIONED) || isVertex(path)) {
      return messages;
    }
    return path.endsWith(LEGACY) ? complete : null;
  }

  private static boolean isBatchResults(String method, String path) {
    return method.equals("GET") && path.endsWith("/results") && path.contains(BATCHES);
  }

  /** Claude on Vertex AI: the same bodies, with the model in the path. */
  private static boolean isVertex(String path) {
    return (path.endsWith(":rawPredict") || path.endsWith(":streamRawPredict"))
        && path.contains(VERTEX)
        && !path.contains(VERTEX_COUNTING);
  }

  @Override
  public List<String> hosts() {
    return List.of("api.anthropic.com", "*.api.anthropic.com");
  }

  @Override
  public List<String> calls() {
    return List.of(
        "POST /v1/messages",
        "POST /v1/complete",
        "GET /v1/messages/batches/{batch}/results",
        "POST /v1/projects/{project}/locations/{location}/publishers/anthropic/models/{model}:rawPredict",
        "POST /v1/projects/{project}/locations/{location}/publishers/anthropic/models/{model}:streamRawPredict");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead("POST /v1/messages/count_tokens", "Counts tokens and generates none: free."),
        new NotRead("POST /v1/messages/batches", "The job, not its results."),
        new NotRead("GET /v1/messages/batches/{batch}", "The job, not its results."),
        new NotRead(
            "POST /v1/projects/{project}/locations/{location}/publishers/anthropic/models/count-tokens:rawPredict",
            "Counts tokens and generates none: free."));
  }
}

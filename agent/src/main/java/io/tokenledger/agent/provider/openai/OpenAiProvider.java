package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.HostName;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/**
 * OpenAI, and the language that most other hosts speak. Paths are told by their end, since base
 * URLs carry prefixes ({@code /v1}, {@code /openai/v1}, {@code /openai/deployments/<name>}).
 */
public final class OpenAiProvider implements Provider {
  private static final String READ = "/responses/";

  private final Surface chat = new ChatSurface();
  private final Surface responses = new ResponsesSurface("openai.responses");
  private final Surface compact = new ResponsesSurface("openai.responses.compact");
  private final Surface embeddings = new EmbeddingsSurface();

  @Override
  public String name() {
    return "openai";
  }

  @Override
  public boolean servesHost(String host) {
    return HostName.isOrRegionOf(host, "api.openai.com");
  }

  @Override
  public Surface surface(String method, String path) {
    if (method.equals("POST")) {
      Surface surface = posted(path);
      return isOurs(path, surface) || isBare(path) ? surface : null;
    }
    return method.equals("GET") && isRead(path, "") ? responses : null;
  }

  @Override
  public Surface dialectSurface(RequestTarget target) {
    String path = target.path();
    if (target.method().equals("POST")) {
      Surface surface = posted(path);
      return isOurs(path, surface) ? surface : null;
    }
    return target.method().equals("GET") && isRead(path, "resp_") ? responses : null;
  }

  @Override
  public List<String> hosts() {
    return List.of("api.openai.com", "*.api.openai.com");
  }

  @Override
  public List<String> calls() {
    return List.of(
        "POST /v1/chat/completions",
        "POST /openai/deployments/{deployment}/chat/completions",
        "POST /v1/responses",
        "GET /v1/responses/{id}",
        "POST /v1/responses/compact",
        "POST /v1/embeddings",
        "POST /openai/deployments/{deployment}/embeddings");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead("POST /v1/responses/input_tokens", "Counts tokens and generates none: free."),
        new NotRead(
            "POST /v1/batches",
            "The job, not its results: its lines are reported in the result file."),
        new NotRead(
            "GET /v1/organization/usage/completions",
            "The provider's own account of calls that are rows already."));
  }

  private Surface posted(String path) {
    if (path.endsWith("/chat/completions")) {
      return chat;
    }
    if (path.endsWith("/responses")) {
      return responses;
    }
    if (path.endsWith("/embeddings")) {
      return embeddings;
    }
    return path.endsWith("/responses/compact") ? compact : null;
  }

  /**
   * Chat completions need nothing before them. {@code /responses} and {@code /embeddings} are words
   * of anybody's API: they must follow {@code /v1}, {@code /openai} or an Azure deployment, unless
   * a configured prefix took that.
   */
  private boolean isOurs(String path, Surface surface) {
    if (surface == null || surface == chat) {
      return surface != null;
    }
    int name = path.lastIndexOf(surface == embeddings ? "/embeddings" : "/responses");
    int before = path.lastIndexOf('/', name - 1);
    return path.startsWith("/v1", name - "/v1".length())
        || path.startsWith("/openai", name - "/openai".length())
        || path.startsWith("/deployments", before - "/deployments".length());
  }

  /** Nothing stands before the name. */
  private static boolean isBare(String path) {
    return path.lastIndexOf('/') == 0 || path.equals("/responses/compact");
  }

  /** {@code /responses/<id>} and nothing below it. */
  private static boolean isRead(String path, String idStart) {
    int last = path.lastIndexOf('/');
    int name = last - READ.length() + 1;
    return name >= 0
        && last + 1 < path.length()
        && path.startsWith(READ, name)
        && path.startsWith(idStart, last + 1);
  }
}

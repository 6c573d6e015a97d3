package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.HostName;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;

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
      return posted(path, "");
    }
    return method.equals("GET") && isRead(path, "") ? responses : null;
  }

  /**
   * On a host that nobody listed, {@code /responses} and {@code /embeddings} alone are words of
   * anybody's API: they must follow {@code /v1} there, or an Azure deployment.
   */
  @Override
  public Surface dialectSurface(RequestTarget target) {
    String path = target.path();
    if (target.method().equals("POST")) {
      Surface surface = posted(path, "/v1");
      return surface == null && path.endsWith("/embeddings") && path.contains("/deployments/")
          ? embeddings
          : surface;
    }
    return target.method().equals("GET") && isRead(path, "resp_") && path.contains("/v1/responses/")
        ? responses
        : null;
  }

  /** Chat completions need no version before them: no other API has such a path. */
  private Surface posted(String path, String version) {
    if (path.endsWith("/chat/completions")) {
      return chat;
    }
    if (endsWith(path, version, "/responses")) {
      return responses;
    }
    if (endsWith(path, version, "/embeddings")) {
      return embeddings;
    }
    return endsWith(path, version, "/responses/compact") ? compact : null;
  }

  /** Both parts one after the other at the end, without joining them. */
  private static boolean endsWith(String path, String version, String name) {
    return path.endsWith(name)
        && path.startsWith(version, path.length() - name.length() - version.length());
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

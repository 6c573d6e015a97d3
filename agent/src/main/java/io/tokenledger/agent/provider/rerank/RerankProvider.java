package io.tokenledger.agent.provider.rerank;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;

/**
 * No provider but a language: reranking as Together, Voyage, OpenRouter, Jina, vLLM and LiteLLM
 * offer it.
 */
public final class RerankProvider implements Provider {
  private final Surface rerank = new RerankSurface();

  @Override
  public String name() {
    return "rerank";
  }

  @Override
  public boolean servesHost(String host) {
    return false;
  }

  @Override
  public Surface surface(String method, String path) {
    return method.equals("POST") && path.endsWith("/rerank") ? rerank : null;
  }

  @Override
  public Surface dialectSurface(RequestTarget target) {
    String path = target.path();
    boolean versioned = path.endsWith("/v1/rerank") || path.endsWith("/v2/rerank");
    return target.method().equals("POST") && versioned ? rerank : null;
  }
}

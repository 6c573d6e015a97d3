package io.tokenledger.agent.provider.voyage;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Dialect;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/**
 * Voyage: embeddings in OpenAI's language, and reranking as Together, OpenRouter, vLLM and LiteLLM
 * offer it too.
 */
public final class VoyageProvider implements Provider, Dialect {
  private final Provider openAi;
  private final Surface rerank = new RerankSurface();

  /**
   * @param openAi whose surfaces the embeddings share
   */
  public VoyageProvider(Provider openAi) {
    this.openAi = openAi;
  }

  @Override
  public String name() {
    return "voyage";
  }

  @Override
  public boolean servesHost(String host) {
    return host.equalsIgnoreCase("api.voyageai.com");
  }

  @Override
  public Surface surface(String method, String path) {
    return method.equals("POST") && path.endsWith("/rerank")
        ? rerank
        : openAi.surface(method, path);
  }

  @Override
  public Surface dialectSurface(RequestTarget target) {
    String path = target.path();
    boolean versioned = path.endsWith("/v1/rerank") || path.endsWith("/v2/rerank");
    return target.method().equals("POST") && versioned ? rerank : null;
  }

  @Override
  public List<String> hosts() {
    return List.of("api.voyageai.com");
  }

  @Override
  public List<String> calls() {
    return List.of("POST /v1/rerank", "POST /v1/embeddings");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead(
            "POST /v1/multimodalembeddings",
            "Counts pixels beside tokens, for which there is no column."));
  }
}

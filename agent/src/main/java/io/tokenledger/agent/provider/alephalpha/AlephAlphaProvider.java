package io.tokenledger.agent.provider.alephalpha;

import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/** Aleph Alpha: completions and embeddings of its own, chat in OpenAI's language. */
public final class AlephAlphaProvider implements Provider {
  private final Provider openAi;
  private final Surface complete = new CompletionSurface("alephalpha.complete", "completion", true);
  private final Surface embed = new CompletionSurface("alephalpha.embed", "embedding", false);

  /**
   * @param openAi whose surfaces the chat shares
   */
  public AlephAlphaProvider(Provider openAi) {
    this.openAi = openAi;
  }

  @Override
  public String name() {
    return "alephalpha";
  }

  @Override
  public boolean servesHost(String host) {
    return host.equalsIgnoreCase("api.aleph-alpha.com");
  }

  /** Bare words, so the whole path must be right: a configured prefix was cut off before. */
  @Override
  public Surface surface(String method, String path) {
    if (method.equals("POST")) {
      if (path.equals("/complete")) {
        return complete;
      }
      if (path.equals("/embed")
          || path.equals("/semantic_embed")
          || path.equals("/batch_semantic_embed")) {
        return embed;
      }
    }
    return openAi.surface(method, path);
  }

  @Override
  public List<String> hosts() {
    return List.of("api.aleph-alpha.com");
  }

  @Override
  public List<String> calls() {
    return List.of(
        "POST /complete",
        "POST /embed",
        "POST /semantic_embed",
        "POST /batch_semantic_embed",
        "POST /chat/completions");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead("POST /tokenize", "Counts tokens and generates none: free."),
        new NotRead("POST /detokenize", "Turns tokens into text: free."));
  }
}

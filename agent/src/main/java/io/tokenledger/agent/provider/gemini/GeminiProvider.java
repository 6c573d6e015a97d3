package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;

/** The Gemini API, with OpenAI's language below {@code /openai/}. */
public final class GeminiProvider implements Provider {
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
}

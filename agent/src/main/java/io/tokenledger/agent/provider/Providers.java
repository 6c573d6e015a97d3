package io.tokenledger.agent.provider;

import io.tokenledger.agent.provider.anthropic.AnthropicProvider;
import io.tokenledger.agent.provider.openai.OpenAiProvider;
import java.util.List;

/** Every provider that the agent knows, in the order in which they are asked. */
public final class Providers {
  private Providers() {}

  public static List<Provider> all() {
    return List.of(new OpenAiProvider(), new AnthropicProvider());
  }
}

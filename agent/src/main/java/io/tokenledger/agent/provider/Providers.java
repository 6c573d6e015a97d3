package io.tokenledger.agent.provider;

import io.tokenledger.agent.provider.alephalpha.AlephAlphaProvider;
import io.tokenledger.agent.provider.anthropic.AnthropicProvider;
import io.tokenledger.agent.provider.bedrock.BedrockProvider;
import io.tokenledger.agent.provider.cohere.CohereProvider;
import io.tokenledger.agent.provider.compatible.CompatibleHosts;
import io.tokenledger.agent.provider.gemini.GeminiProvider;
import io.tokenledger.agent.provider.gemini.VertexProvider;
import io.tokenledger.agent.provider.ollama.OllamaProvider;
import io.tokenledger.agent.provider.openai.HostTraits;
import io.tokenledger.agent.provider.openai.HostTraits.Reasoning;
import io.tokenledger.agent.provider.openai.OpenAiProvider;
import io.tokenledger.agent.provider.replicate.ReplicateProvider;
import io.tokenledger.agent.provider.voyage.VoyageProvider;
import java.util.ArrayList;
import java.util.List;

/** Every provider that the agent knows, in the order in which they are asked. */
public final class Providers {
  private Providers() {}

  public static List<Provider> all() {
    Provider openAi = new OpenAiProvider();
    Provider anthropic = new AnthropicProvider();
    Provider voyage = new VoyageProvider(openAi);
    HostTraits google = HostTraits.OPENAI.namesItsPlaceInThePath();
    Provider geminis = new OpenAiProvider(google.reasoning(Reasoning.ONLY_IN_TOTAL));
    List<Provider> all = new ArrayList<>();
    all.add(openAi);
    all.add(anthropic);
    all.add(new GeminiProvider(geminis));
    all.add(new VertexProvider(geminis, new OpenAiProvider(google), anthropic));
    all.add(new BedrockProvider(openAi));
    all.add(OllamaProvider.local(openAi, anthropic));
    all.add(OllamaProvider.cloud(openAi, anthropic));
    all.add(new ReplicateProvider());
    all.addAll(CompatibleHosts.speaking(openAi, anthropic, voyage));
    all.add(voyage);
    all.add(new CohereProvider(openAi));
    all.add(new AlephAlphaProvider(openAi));
    return all;
  }
}

package io.tokenledger.forwarder.pricing.imports;

import java.util.Map;

/** Other catalogues' names of providers to the names that the agent writes into rows. */
final class ProviderNames {
  /** LiteLLM names some providers once per kind of model. */
  private static final Map<String, String> LITELLM =
      Map.ofEntries(
          Map.entry("text-completion-openai", "openai"),
          Map.entry("azure_text", "azure"),
          Map.entry("azure_ai", "azure"),
          Map.entry("bedrock_converse", "bedrock"),
          Map.entry("bedrock_mantle", "bedrock-mantle"),
          Map.entry("cohere_chat", "cohere"),
          Map.entry("codestral", "mistral"),
          Map.entry("text-completion-codestral", "mistral"),
          Map.entry("together_ai", "together"),
          Map.entry("fireworks_ai", "fireworks"),
          Map.entry("fireworks_ai-embedding-models", "fireworks"),
          Map.entry("dashscope", "alibaba"),
          Map.entry("vercel_ai_gateway", "vercel-gateway"));

  private static final Map<String, String> GENAI_PRICES =
      Map.ofEntries(
          Map.entry("aws", "bedrock"),
          Map.entry("google", "gemini"),
          Map.entry("moonshotai", "moonshot"),
          Map.entry("voyageai", "voyage"),
          Map.entry("x-ai", "xai"),
          Map.entry("zhipuai", "zai"));

  private static final Map<String, String> MODELS_DEV =
      Map.ofEntries(
          Map.entry("amazon-bedrock", "bedrock"),
          Map.entry("google", "gemini"),
          Map.entry("google-vertex", "vertexai"),
          Map.entry("google-vertex-anthropic", "vertexai"),
          Map.entry("togetherai", "together"),
          Map.entry("fireworks-ai", "fireworks"),
          Map.entry("moonshotai", "moonshot"),
          Map.entry("vercel", "vercel-gateway"),
          Map.entry("azure-cognitive-services", "azure"));

  private ProviderNames() {}

  static String ofLiteLlm(String name) {
    return name.startsWith("vertex_ai") ? "vertexai" : LITELLM.getOrDefault(name, name);
  }

  static String ofGenAiPrices(String name) {
    return name.startsWith("huggingface_") ? "huggingface" : GENAI_PRICES.getOrDefault(name, name);
  }

  static String ofModelsDev(String name) {
    return MODELS_DEV.getOrDefault(name, name);
  }
}

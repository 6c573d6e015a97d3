package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/**
 * Vertex AI: Gemini with region and project in the path, and models of other publishers, which
 * speak their own languages behind {@code :rawPredict} and {@code :streamRawPredict}.
 */
public final class VertexProvider implements Provider {
  private static final String HOST = "aiplatform.googleapis.com";
  private static final String CHAT = "/chat/completions";

  private final Surface geminiChat;
  private final Surface rawChat;
  private final Provider anthropic;

  /**
   * @param geminis language of the {@code openapi} endpoint
   * @param openAi language of Mistral's and others' models
   * @param anthropic language of Anthropic's models
   */
  public VertexProvider(Provider geminis, Provider openAi, Provider anthropic) {
    this.geminiChat = geminis.surface("POST", CHAT);
    this.rawChat = openAi.surface("POST", CHAT);
    this.anthropic = anthropic;
  }

  @Override
  public String name() {
    return "vertexai";
  }

  /** The global host, {@code <region>-aiplatform...}, and {@code aiplatform.<region>.rep...}. */
  @Override
  public boolean servesHost(String host) {
    int start = host.length() - HOST.length();
    return start == 0 && host.equalsIgnoreCase(HOST)
        || start > 0
            && host.charAt(start - 1) == '-'
            && host.regionMatches(true, start, HOST, 0, HOST.length())
        || host.regionMatches(true, 0, "aiplatform.", 0, "aiplatform.".length())
            && host.endsWith(".rep.googleapis.com");
  }

  @Override
  public Surface surface(String method, String path) {
    if (path.contains("/publishers/anthropic/")) {
      return anthropic.surface(method, path);
    }
    if (method.equals("POST") && path.endsWith("/endpoints/openapi" + CHAT)) {
      return geminiChat;
    }
    return method.equals("POST") && isRaw(path) ? rawChat : GeminiSurfaces.of(method, path);
  }

  private static boolean isRaw(String path) {
    return path.contains("/publishers/")
        && (path.endsWith(":rawPredict") || path.endsWith(":streamRawPredict"));
  }

  @Override
  public List<String> hosts() {
    return List.of(
        "aiplatform.googleapis.com",
        "*-aiplatform.googleapis.com",
        "aiplatform.*.rep.googleapis.com");
  }

  @Override
  public List<String> calls() {
    return List.of(
        "POST /v1/projects/{project}/locations/{location}/publishers/google/models/{model}:generateContent",
        "POST /v1/projects/{project}/locations/{location}/publishers/google/models/{model}:streamGenerateContent",
        "POST /v1/projects/{project}/locations/{location}/publishers/google/models/{model}:predict",
        "POST /v1/projects/{project}/locations/{location}/publishers/mistralai/models/{model}:rawPredict",
        "POST /v1/projects/{project}/locations/{location}/endpoints/openapi/chat/completions");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead(
            "POST /v1/projects/{project}/locations/{location}/publishers/google/models/{model}:countTokens",
            "Counts tokens and generates none: free."),
        new NotRead(
            "POST /v1/projects/{project}/locations/{location}/cachedContents",
            "Says how much is stored, not what was used."),
        new NotRead(
            "results of batch jobs", "They are files of Cloud Storage or tables of BigQuery."));
  }
}

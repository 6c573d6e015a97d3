package io.tokenledger.agent.provider.conformance;

import io.tokenledger.agent.config.AgentConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The recorded exchanges that a run of conformance covers: all below {@code -Dtranscripts=<dir>}
 * (layout {@code <dir>/exchanges/<name>/}), or those of the providers that {@code
 * -Dconformance.only=gemini,cohere} names.
 */
public final class Transcripts {
  /** Requests that look like calls, and are none: they must give no row. */
  private static final Set<String> LOOK_ALIKES =
      Set.of(
          "anthropic.batches",
          "anthropic.count_tokens",
          "bedrock.count_tokens",
          "cohere.tokenize.v1",
          "gemini.cachedContents",
          "gemini.countTokens",
          "mistral.batch",
          "models.list",
          "openai.batches",
          "openai.responses.input_tokens");

  private Transcripts() {}

  /** Recorded hosts that only a configuration can tell: servers of somebody's own. */
  public static List<AgentConfig.Endpoint> endpoints() {
    return List.of(new AgentConfig.Endpoint("http://gpustack.example", "other", "openai", true));
  }

  /** True when a folder of recordings was given. */
  public static boolean given() {
    return !folder().isBlank();
  }

  /** The recorded calls; empty without a folder. */
  public static List<Recording> calls() {
    return all().filter(exchange -> !isLookAlike(exchange)).toList();
  }

  /** The recorded requests that are no calls; empty without a folder. */
  public static List<Recording> lookAlikes() {
    return all().filter(Transcripts::isLookAlike).toList();
  }

  /** True for an exchange, recorded or the project's own, that must give no row. */
  public static boolean isLookAlike(Recording exchange) {
    return LOOK_ALIKES.contains(exchange.api());
  }

  private static Stream<Recording> all() {
    if (!given()) {
      return Stream.empty();
    }
    String only = System.getProperty("conformance.only", "");
    Set<String> providers = Set.of(only.split(","));
    return Recording.in(Path.of(folder(), "exchanges")).stream()
        .filter(exchange -> only.isBlank() || providers.contains(exchange.provider()));
  }

  private static String folder() {
    return System.getProperty("transcripts", "");
  }
}

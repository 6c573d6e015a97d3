package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.provider.StreamReport;
import java.util.Set;

/**
 * How hosts that report the usage of a stream only when {@code stream_options.include_usage} asks
 * for it do so, as recorded exchanges with and without it show. Those that report unasked: {@link
 * HostTraits#reportsUnasked}.
 */
final class UsageOnRequest {
  /**
   * On request they write the counts into the last choice, where they may stand anyway; Hugging
   * Face does what its backend does.
   */
  private static final Set<String> IN_THE_LAST_CHOICE =
      Set.of("avian", "gpustack", "huggingface", "vercel-gateway", "zai");

  /** On request these write no {@code "usage":null}; of SGLang every event has it anyway. */
  private static final Set<String> WITHOUT_NULLS =
      Set.of("crusoe", "ollama", "ollama-cloud", "sglang", "snowflake", "vllm", "xai");

  /** Hosts of which the same is known of the older API. */
  private static final Set<String> NULLS_IN_COMPLETIONS = Set.of("openai", "azure");

  private UsageOnRequest() {}

  /** Chat completions of a provider. */
  static StreamReport chat(String provider) {
    if (IN_THE_LAST_CHOICE.contains(provider)) {
      return StreamReport.AS_IT_IS;
    }
    return WITHOUT_NULLS.contains(provider)
        ? StreamReport.OWN_EVENT
        : StreamReport.OWN_EVENT_AND_NULLS;
  }

  /** Its older completions: vLLM writes {@code "usage":null} there unasked. */
  static StreamReport completions(String provider) {
    StreamReport chat = chat(provider);
    return chat == StreamReport.OWN_EVENT_AND_NULLS && !NULLS_IN_COMPLETIONS.contains(provider)
        ? StreamReport.OWN_EVENT
        : chat;
  }
}

package io.tokenledger.agent.provider.compatible;

import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.openai.HostTraits;
import io.tokenledger.agent.provider.openai.HostTraits.Reasoning;
import io.tokenledger.record.UsageField;
import java.util.ArrayList;
import java.util.List;

/**
 * Providers that speak OpenAI's or Anthropic's language: a name, hosts, and where they depart from
 * it. One whose counts mean something that {@link HostTraits} cannot say has a package of its own.
 */
public final class CompatibleHosts {
  private static final HostTraits AS_OPENAI = HostTraits.OPENAI;
  private static final String VERCEL = "provider_metadata.gateway.";

  /** A star in a host stands for what differs between regions and customers. */
  private static final Host[] HOSTS = {
    host("alibaba", AS_OPENAI, "dashscope*.aliyuncs.com"),
    host("avian", AS_OPENAI.chargesItsCost(), "api.avian.io"),
    host(
        "azure",
        azure(),
        "*.openai.azure.com",
        "*.cognitiveservices.azure.com",
        "*.services.ai.azure.com"),
    host("bedrock-mantle", AS_OPENAI, "bedrock-mantle.*.api.aws"),
    host("cerebras", AS_OPENAI.header("inference-id", UsageField.REQUEST_ID), "api.cerebras.ai"),
    host("crusoe", AS_OPENAI, "api.inference.crusoecloud.com"),
    host("deepseek", AS_OPENAI.reportsUnasked(), "api.deepseek.com"),
    host("fireworks", AS_OPENAI, "api.fireworks.ai"),
    host("groq", groq(), "api.groq.com"),
    host(
        "huggingface",
        AS_OPENAI
            .header("x-inference-request-id", UsageField.REQUEST_ID)
            .header("x-inference-provider", UsageField.UPSTREAM_PROVIDER),
        "router.huggingface.co"),
    host("mistral", mistral(), "api.mistral.ai", "codestral.mistral.ai")
        .calls("POST /v1/fim/completions", "POST /v1/agents/completions", "POST /v1/ocr"),
    host("moonshot", AS_OPENAI.reportsUnasked(), "api.moonshot.ai", "api.moonshot.cn"),
    host(
        "openrouter",
        AS_OPENAI
            .chargesItsCost()
            .reportsUnasked()
            .header("x-generation-id", UsageField.REQUEST_ID)
            .field("provider", UsageField.UPSTREAM_PROVIDER),
        "openrouter.ai"),
    host("perplexity", AS_OPENAI.chargesItsCost().reportsUnasked(), "api.perplexity.ai"),
    host("portkey", AS_OPENAI, "api.portkey.ai"),
    host("pydantic-gateway", AS_OPENAI, "gateway*.pydantic.dev"),
    host("snowflake", AS_OPENAI, "*.snowflakecomputing.com"),
    host("together", AS_OPENAI.reportsUnasked(), "api.together.xyz", "api.together.ai"),
    host("vercel-gateway", vercel(), "ai-gateway.vercel.sh"),
    host("xai", AS_OPENAI.regions("*.api.x.ai"), "api.x.ai", "*.api.x.ai"),
    host("zai", AS_OPENAI, "api.z.ai", "open.bigmodel.cn"),
  };

  /**
   * @param traits where its OpenAI language departs from OpenAI's
   * @param calls forms of calls that OpenAI itself does not have
   */
  record Host(String name, HostTraits traits, List<String> hosts, List<String> calls) {
    Host calls(String... forms) {
      return new Host(name, traits, hosts, List.of(forms));
    }
  }

  private CompatibleHosts() {}

  /**
   * The providers of the table.
   *
   * @param openAi the language as OpenAI speaks it
   * @param others languages whose surfaces they share as they are, in the order in which they are
   *     asked
   */
  public static List<Provider> speaking(Provider openAi, Provider... others) {
    List<Provider> providers = new ArrayList<>();
    for (Host host : HOSTS) {
      Provider shared = host.traits == AS_OPENAI ? openAi : null;
      providers.add(new CompatibleProvider(host, shared, others));
    }
    return providers;
  }

  private static HostTraits azure() {
    return AS_OPENAI
        .header("apim-request-id", UsageField.REQUEST_ID)
        .header("x-ms-region", UsageField.REGION)
        .header("x-ms-deployment-name", UsageField.DEPLOYMENT)
        .header("azureai-requested-tier", UsageField.REQUESTED_SERVICE_TIER)
        .keepsHeaders(
            "azureai-processed-tier",
            "azureai-requested-tier",
            "x-ms-served-model",
            "x-ms-is-spilled-over",
            "x-ratelimit-abusepenalty-active",
            "x-ratelimit-key",
            "x-ratelimit-renewalperiod-requests",
            "x-ratelimit-renewalperiod-tokens");
  }

  private static HostTraits groq() {
    return AS_OPENAI
        .reportsUnasked()
        .field("x_groq.id", UsageField.REQUEST_ID)
        .breaksUsageDown("usage_breakdown", "x_groq.usage_breakdown");
  }

  private static HostTraits mistral() {
    return AS_OPENAI
        .reportsUnasked()
        .readsPages()
        .header("mistral-correlation-id", UsageField.REQUEST_ID)
        .header("x-kong-request-id", UsageField.REQUEST_ID)
        .limits(
            "req-minute", "req-10-second", "tokens-minute", "tokens-month", "audio-seconds-minute")
        .keepsHeaders("x-ratelimit-tokens-query-cost", "x-ratelimit-audio-seconds-query-cost");
  }

  private static HostTraits vercel() {
    HostTraits traits = AS_OPENAI.chargesItsCost().reasoning(Reasoning.OUTSIDE_TOTAL);
    for (String choice : List.of("choices[0].message.", "choices[0].delta.")) {
      traits =
          traits
              .keepsField(choice + VERCEL + "cost", "gateway_cost_usd")
              .field(choice + VERCEL + "routing.finalProvider", UsageField.UPSTREAM_PROVIDER);
    }
    return traits;
  }

  private static Host host(String name, HostTraits traits, String... hosts) {
    return new Host(name, traits, List.of(hosts), List.of());
  }
}

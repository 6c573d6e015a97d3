package io.tokenledger.agent.provider.compatible;

import io.tokenledger.agent.provider.Provider;
import java.util.ArrayList;
import java.util.List;

/**
 * Providers whose calls are OpenAI's or Anthropic's in every respect that matters here: a name and
 * hosts is all there is to say. One whose counts mean something else has a package of its own.
 */
public final class CompatibleHosts {
  /** Name of the provider, then its hosts; a star stands for what differs between regions. */
  private static final String[][] HOSTS = {
    {"alibaba", "dashscope*.aliyuncs.com"},
    {"bedrock-mantle", "bedrock-mantle.*.api.aws"},
    {"cerebras", "api.cerebras.ai"},
    {"crusoe", "api.inference.crusoecloud.com"},
    {"deepseek", "api.deepseek.com"},
    {"groq", "api.groq.com"},
    {"huggingface", "router.huggingface.co"},
    {"snowflake", "*.snowflakecomputing.com"},
    {"together", "api.together.xyz", "api.together.ai"},
    {"zai", "api.z.ai", "open.bigmodel.cn"},
  };

  private CompatibleHosts() {}

  /**
   * The providers of the table.
   *
   * @param dialects whose surfaces they share, in the order in which they are asked
   */
  public static List<Provider> speaking(Provider... dialects) {
    List<Provider> providers = new ArrayList<>();
    for (String[] row : HOSTS) {
      providers.add(new CompatibleProvider(row, dialects));
    }
    return providers;
  }
}

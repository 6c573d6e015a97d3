package io.tokenledger.agent.provider.bedrock;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.AwsHosts;
import io.tokenledger.agent.provider.Dialect;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/**
 * Amazon Bedrock's runtime: {@code /model/{id}/converse}, {@code converse-stream}, {@code invoke}
 * and {@code invoke-with-response-stream}. Token counting ({@code count-tokens}), guardrails and
 * asynchronous jobs are no calls.
 */
public final class BedrockProvider implements Provider, Dialect {
  private final Surface converse = new ConverseSurface(false);
  private final Surface converseStream = new ConverseSurface(true);
  private final Surface invoke = new InvokeSurface(false);
  private final Surface invokeStream = new InvokeSurface(true);
  private final Provider openAi;

  /**
   * @param openAi whose language the runtime speaks below {@code /openai/}
   */
  public BedrockProvider(Provider openAi) {
    this.openAi = openAi;
  }

  @Override
  public String name() {
    return "bedrock";
  }

  @Override
  public boolean servesHost(String host) {
    return AwsHosts.isBedrockRuntime(host);
  }

  @Override
  public Surface surface(String method, String path) {
    if (!method.equals("POST")) {
      return null;
    }
    return path.startsWith("/openai/") ? openAi.surface(method, path) : called(path);
  }

  /** {@code /model/x/invoke} may be anybody's, but a Bedrock id has a dot or a colon. */
  @Override
  public Surface dialectSurface(RequestTarget target) {
    return target.method().equals("POST") && ModelPath.looksLikeBedrock(target.path())
        ? called(target.path())
        : null;
  }

  private Surface called(String path) {
    if (!ModelPath.hasModel(path)) {
      return null;
    }
    if (path.endsWith("/converse")) {
      return converse;
    }
    if (path.endsWith("/converse-stream")) {
      return converseStream;
    }
    if (path.endsWith("/invoke")) {
      return invoke;
    }
    return path.endsWith("/invoke-with-response-stream") ? invokeStream : null;
  }

  @Override
  public List<String> hosts() {
    return List.of(
        "bedrock-runtime.*.amazonaws.com",
        "bedrock-runtime-fips.*.amazonaws.com",
        "bedrock-runtime.*.api.aws",
        "*.bedrock-runtime.*.vpce.amazonaws.com",
        "bedrock-runtime.*.amazonaws.com.cn");
  }

  @Override
  public List<String> calls() {
    return List.of(
        "POST /model/{model}/converse",
        "POST /model/{model}/converse-stream",
        "POST /model/{model}/invoke",
        "POST /model/{model}/invoke-with-response-stream",
        "POST /openai/v1/chat/completions");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead("POST /model/{model}/count-tokens", "Counts tokens and generates none: free."),
        new NotRead(
            "POST /async-invoke",
            "Only starts a job; its result is written to a bucket and never passes."),
        new NotRead(
            "POST /model/{model}/invoke-with-bidirectional-stream",
            "Speech in both directions over one HTTP/2 stream, which no metered client carries."),
        new NotRead(
            "POST /guardrail/{guardrail}/version/{version}/apply",
            "Checks a text without a model; it is charged by text units, not by tokens."),
        new NotRead(
            "agents and knowledge bases (`bedrock-agent-runtime`)",
            "Another API, which gives counts in its traces at most."));
  }
}

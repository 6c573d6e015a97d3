package io.tokenledger.agent.provider.anthropic;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.HostName;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.List;

/**
 * Anthropic, and hosts that speak its language. Token counting ({@code /v1/messages/count_tokens})
 * and batch jobs stand below {@code /messages} and are no calls.
 */
public final class AnthropicProvider implements Provider {
  private static final String VERSIONED = "/v1/messages";

  private final Surface messages = new MessagesSurface();

  @Override
  public String name() {
    return "anthropic";
  }

  @Override
  public boolean servesHost(String host) {
    return HostName.isOrRegionOf(host, "api.anthropic.com");
  }

  @Override
  public Surface surface(String method, String path) {
    return method.equals("POST") && isMessages(path) ? messages : null;
  }

  @Override
  public Surface dialectSurface(RequestTarget target) {
    return target.method().equals("POST") && target.path().endsWith(VERSIONED) ? messages : null;
  }

  @Override
  public List<String> hosts() {
    return List.of("api.anthropic.com", "*.api.anthropic.com");
  }

  @Override
  public List<String> calls() {
    return List.of("POST /v1/messages");
  }

  @Override
  public List<NotRead> notRead() {
    return List.of(
        new NotRead("POST /v1/messages/count_tokens", "Counts tokens and generates none: free."),
        new NotRead("POST /v1/messages/batches", "The job, not its results."));
  }

  /**
   * {@code /messages} is a word of anybody's API (OpenAI's threads have it too), so the version
   * must stand before it, unless a configured prefix took it.
   */
  private static boolean isMessages(String path) {
    return path.endsWith(VERSIONED) || path.equals("/messages");
  }
}

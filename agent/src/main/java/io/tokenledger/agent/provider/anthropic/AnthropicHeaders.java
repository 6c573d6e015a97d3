package io.tokenledger.agent.provider.anthropic;

import java.util.HashSet;
import java.util.Set;

/** Response headers of Anthropic that are kept. */
final class AnthropicHeaders {
  static final Set<String> RATE_LIMITS = rateLimits();
  static final Set<String> RESPONSE = response();

  private AnthropicHeaders() {}

  private static Set<String> rateLimits() {
    Set<String> names = new HashSet<>();
    for (String kind : new String[] {"requests", "tokens", "input-tokens", "output-tokens"}) {
      for (String value : new String[] {"limit", "remaining", "reset"}) {
        names.add("anthropic-ratelimit-" + kind + "-" + value);
      }
    }
    names.add("retry-after");
    names.add("retry-after-ms");
    return Set.copyOf(names);
  }

  private static Set<String> response() {
    Set<String> names = new HashSet<>(RATE_LIMITS);
    names.add("request-id");
    names.add("anthropic-organization-id");
    return Set.copyOf(names);
  }
}

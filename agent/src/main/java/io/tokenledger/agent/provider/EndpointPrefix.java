package io.tokenledger.agent.provider;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.exchange.RequestTarget;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One of {@code endpoints[]}, taken apart for comparison. */
final class EndpointPrefix {
  private final String scheme;
  private final String host;
  private final int port;
  private final String path;
  private final String provider;
  private final Provider dialect;
  private final boolean billed;

  private EndpointPrefix(AgentConfig.Endpoint endpoint, List<Provider> providers) {
    URI url = parse(endpoint.url());
    this.scheme = url.getScheme();
    this.host = withoutBrackets(url.getHost());
    this.port = url.getPort() >= 0 ? url.getPort() : defaultPort(url.getScheme());
    this.path = withoutEndingSlashes(url.getRawPath());
    this.provider = endpoint.provider();
    this.dialect =
        byName(endpoint.dialect() == null ? endpoint.provider() : endpoint.dialect(), providers);
    this.billed = endpoint.billed();
  }

  static EndpointPrefix[] longestFirst(
      List<AgentConfig.Endpoint> endpoints, List<Provider> providers) {
    List<EndpointPrefix> prefixes = new ArrayList<>(endpoints.size());
    for (AgentConfig.Endpoint endpoint : endpoints) {
      prefixes.add(new EndpointPrefix(endpoint, providers));
    }
    prefixes.sort(Comparator.comparingInt((EndpointPrefix prefix) -> -prefix.path.length()));
    return prefixes.toArray(new EndpointPrefix[0]);
  }

  boolean matches(RequestTarget target) {
    if (port != target.port()
        || !host.equalsIgnoreCase(target.host())
        || !scheme.equalsIgnoreCase(target.scheme())) {
      return false;
    }
    String asked = target.path();
    return asked.startsWith(path)
        && (asked.length() == path.length() || asked.charAt(path.length()) == '/');
  }

  /** What follows the prefix. */
  String ownPath(String asked) {
    return path.isEmpty() ? asked : asked.substring(path.length());
  }

  String provider() {
    return provider;
  }

  /** The provider whose language the host speaks, or null when we know none of that name. */
  Provider dialect() {
    return dialect;
  }

  boolean billed() {
    return billed;
  }

  private static URI parse(String url) {
    URI parsed;
    try {
      parsed = URI.create(url);
    } catch (IllegalArgumentException e) {
      parsed = URI.create("");
    }
    if (parsed.getHost() == null || parsed.getScheme() == null) {
      throw new IllegalArgumentException(
          "endpoints: '" + url + "' is no URL with a scheme and a host");
    }
    return parsed;
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static int defaultPort(String scheme) {
    return scheme.equalsIgnoreCase("https") ? 443 : 80;
  }

  private static String withoutEndingSlashes(String path) {
    int end = path == null ? 0 : path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return end == 0 ? "" : path.substring(0, end);
  }

  private static Provider byName(String name, List<Provider> providers) {
    for (Provider provider : providers) {
      if (provider.name().equals(name)) {
        return provider;
      }
    }
    return null;
  }
}

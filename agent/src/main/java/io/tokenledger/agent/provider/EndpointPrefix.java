package io.tokenledger.agent.provider;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.exchange.RequestTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One of {@code endpoints[]}, taken apart for comparison. By hand: {@code java.net.URI} knows no
 * host with an underscore, which names of containers have.
 */
final class EndpointPrefix {
  private final String scheme;
  private final String host;
  private final int port;
  private final String path;
  private final String provider;
  private final Provider dialect;
  private final boolean billed;

  private EndpointPrefix(AgentConfig.Endpoint endpoint, List<Provider> providers) {
    String url = endpoint.url();
    int authority = url.indexOf("://") + "://".length();
    int pathStart = pathStart(url, authority);
    int colon = url.lastIndexOf(':', pathStart - 1);
    boolean withPort = colon >= authority && url.indexOf(']', colon) < 0;
    this.scheme = url.substring(0, Math.max(0, authority - "://".length()));
    this.host = withoutBrackets(url.substring(authority, withPort ? colon : pathStart));
    this.port =
        withPort ? port(url, url.substring(colon + 1, pathStart)) : defaultPort(this.scheme);
    this.path = withoutEndingSlashes(url.substring(pathStart));
    if (scheme.isEmpty() || host.isEmpty()) {
      throw noUrl(url);
    }
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

  private static int pathStart(String url, int authority) {
    int slash = url.indexOf('/', authority);
    return slash < 0 ? url.length() : slash;
  }

  private static int port(String url, String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw noUrl(url);
    }
  }

  private static IllegalArgumentException noUrl(String url) {
    return new IllegalArgumentException(
        "endpoints: '" + url + "' is no URL such as https://llm.example.com/v1");
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static int defaultPort(String scheme) {
    return scheme.equalsIgnoreCase("https") ? 443 : 80;
  }

  private static String withoutEndingSlashes(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
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

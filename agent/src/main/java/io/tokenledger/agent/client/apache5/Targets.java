package io.tokenledger.agent.client.apache5;

import io.tokenledger.agent.exchange.RequestTarget;

/** Reads a target the way Apache's clients name it. */
public final class Targets {
  private Targets() {}

  /**
   * @param scheme null: {@code http}, the client's own default
   * @param port negative: the scheme's
   * @param requestUri path and query; null or empty: the root
   */
  public static RequestTarget of(
      String client, String method, String scheme, String host, int port, String requestUri) {
    String knownScheme = scheme == null ? "http" : scheme;
    int effectivePort = port >= 0 ? port : knownScheme.equals("https") ? 443 : 80;
    String path = requestUri == null || requestUri.isEmpty() ? "/" : requestUri;
    String query = null;
    int mark = path.indexOf('?');
    if (mark >= 0) {
      query = path.substring(mark + 1);
      path = mark == 0 ? "/" : path.substring(0, mark);
    }
    return new RequestTarget(client, method, knownScheme, host, effectivePort, path, query);
  }
}
